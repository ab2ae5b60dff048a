from __future__ import annotations

import itertools
import sys

import pytest
import torch
from torch.nn import functional

from fashionkit.errors import ConfigError, DataError
from fashionkit.losses import EMBEDDING_LOSSES, embedding_loss, supervised_contrastive

# The numbers that EmbeddingSpec.encode gives have 63 bits.
NAMES = [2**62 + 11, 5, 2**61 + 7, 2**62 + 12]
LABELS = torch.tensor([NAMES[place] for place in (0, 0, 1, 1, 2, 2, 3, 3)])


def unit_rows(seed, n, dimension=4, dtype=torch.float32):
    rows = torch.randn(n, dimension, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return functional.normalize(rows, dim=1).to(dtype)


def made(name, **settings):
    torch.manual_seed(0)
    return embedding_loss(name, dimension=4, identities=[-1, *NAMES, *NAMES], **settings)


def dense(labels):
    return torch.tensor([sorted(NAMES).index(label) for label in labels.tolist()])


def test_supcon_is_ours_and_that_of_pytorch_metric_learning():
    from pytorch_metric_learning.losses import SupConLoss

    rows = unit_rows(0, 8)
    loss = made("supcon", temperature=0.2)(rows, LABELS)
    assert torch.equal(loss, supervised_contrastive(rows, LABELS, 0.2))
    assert torch.allclose(loss, SupConLoss(temperature=0.2)(rows, LABELS), atol=1e-5)


@pytest.mark.parametrize("mining", ["all", "semihard", "hard"])
def test_triplets_are_the_naive_ones(mining):
    rows, labels, margin = unit_rows(1, 8), LABELS.tolist(), 0.5
    losses = []
    for a, p, n in itertools.product(range(8), repeat=3):
        if a != p and labels[a] == labels[p] and labels[a] != labels[n]:
            near, far = (rows[a] - rows[p]).norm().item(), (rows[a] - rows[n]).norm().item()
            wanted = {"all": True, "semihard": far > near, "hard": far <= near}[mining]
            if wanted and near - far + margin > 0:
                losses.append(near - far + margin)
    loss = made("triplet", margin=margin, mining=mining)(rows, LABELS)
    assert loss.item() == pytest.approx(sum(losses) / len(losses), abs=1e-5)


def test_proxy_anchor_is_the_formula_of_the_paper():
    loss = made("proxy-anchor", margin=0.2, scale=16.0)
    rows = unit_rows(2, 8)[:6]  # the fourth identity is not in the batch
    places = dense(LABELS[:6])
    cosine = rows @ functional.normalize(loss.criterion.proxies.detach(), dim=1).T
    positive, negative = 0.0, 0.0
    for proxy in range(4):
        with_it = places == proxy
        if with_it.any():
            positive += torch.log1p((-16 * (cosine[with_it, proxy] - 0.2)).exp().sum()).item() / 3
        negative += torch.log1p((16 * (cosine[~with_it, proxy] + 0.2)).exp().sum()).item() / 4
    assert loss(rows, LABELS[:6]).item() == pytest.approx(positive + negative, rel=1e-4)


def test_arcface_is_the_formula_of_the_paper():
    loss = made("arcface", margin=20.0, scale=8.0)
    rows, places = unit_rows(3, 8), dense(LABELS)
    cosine = rows @ functional.normalize(loss.criterion.W.detach(), dim=0)
    logits = cosine.clone()
    own = torch.arange(8), places
    logits[own] = torch.cos(torch.acos(cosine[own]) + torch.deg2rad(torch.tensor(20.0)))
    assert loss(rows, LABELS).item() == pytest.approx(functional.cross_entropy(8 * logits, places).item(), rel=1e-4)


@pytest.mark.parametrize("name", EMBEDDING_LOSSES)
def test_gradient(name):
    rows = unit_rows(4, 8, dtype=torch.float64).requires_grad_()
    loss = made(name)
    assert torch.autograd.gradcheck(lambda z: loss(z, LABELS), (rows,), atol=1e-4)


@pytest.mark.parametrize("name", EMBEDDING_LOSSES)
def test_unknown_rows_change_nothing_whatever_they_hold(name):
    rows, loss = unit_rows(5, 8), made(name)
    expected = loss(rows, LABELS)
    poisoned = torch.cat([torch.full((1, 4), float("nan")), rows, torch.full((1, 4), float("inf"))]).requires_grad_()
    got = loss(poisoned, torch.cat([torch.tensor([-1]), LABELS, torch.tensor([-7])]))
    got.backward()
    assert torch.allclose(got, expected)
    assert torch.isfinite(poisoned.grad).all()
    assert poisoned.grad[[0, -1]].abs().sum() == 0


@pytest.mark.parametrize("name", EMBEDDING_LOSSES)
@pytest.mark.parametrize("rows", [0, 3])
def test_nothing_known_is_a_connected_zero(assert_connected_zero, name, rows):
    leaf = torch.full((rows, 4), float("nan"), requires_grad=True)
    assert_connected_zero(made(name)(leaf, torch.full((rows,), -1)), leaf)


@pytest.mark.parametrize("name", ["supcon", "triplet"])
@pytest.mark.parametrize("labels", [NAMES[:1], NAMES[:3]])
def test_no_pair_is_a_connected_zero(assert_connected_zero, name, labels):
    leaf = unit_rows(6, len(labels)).requires_grad_()
    assert_connected_zero(made(name)(leaf, torch.tensor(labels)), leaf)


@pytest.mark.parametrize("name", EMBEDDING_LOSSES)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_float32_under_autocast_too(name, dtype):
    rows, loss = unit_rows(7, 8, dtype=dtype), made(name)
    expected = loss(rows.float(), LABELS)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        got = loss(rows, LABELS)
    assert got.dtype == torch.float32
    assert torch.equal(got, expected)


@pytest.mark.parametrize("name", EMBEDDING_LOSSES)
def test_identical_embeddings_stay_finite(name):
    leaf = functional.normalize(torch.ones(8, 4), dim=1).requires_grad_()
    loss = made(name)(leaf, LABELS)
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.isfinite(leaf.grad).all()


@pytest.mark.parametrize("sign", [1, -1])
def test_arcface_stays_finite_where_an_embedding_is_the_centre(sign):
    loss = made("arcface")
    with torch.no_grad():
        loss.criterion.W.copy_(torch.eye(4))
    leaf = (sign * torch.eye(4)).requires_grad_()
    total = loss(leaf, torch.tensor(sorted(NAMES)))
    total.backward()
    assert torch.isfinite(total)
    assert torch.isfinite(leaf.grad).all()
    assert torch.isfinite(loss.criterion.W.grad).all()


@pytest.mark.parametrize("name", EMBEDDING_LOSSES)
def test_it_can_be_learnt(name):
    torch.manual_seed(0)
    loss, table = made(name), torch.nn.Parameter(torch.randn(8, 4))
    optimiser = torch.optim.Adam([table, *loss.parameters()], lr=0.05)
    for _ in range(150):
        optimiser.zero_grad()
        loss(functional.normalize(table, dim=1), LABELS).backward()
        optimiser.step()
    rows = functional.normalize(table, dim=1)
    similarity = (rows @ rows.T).fill_diagonal_(-1)
    assert torch.equal(LABELS[similarity.argmax(dim=1)], LABELS)


@pytest.mark.parametrize("name", ["proxy-anchor", "arcface"])
def test_its_weights_are_parameters_and_come_back(name):
    first = made(name)
    torch.manual_seed(1)
    second = embedding_loss(name, dimension=4, identities=NAMES)
    rows = unit_rows(8, 8)
    assert sum(each.numel() for each in first.parameters()) == 4 * 4
    assert not torch.equal(first(rows, LABELS), second(rows, LABELS))
    second.load_state_dict(first.state_dict())
    assert torch.equal(first(rows, LABELS), second(rows, LABELS))


@pytest.mark.parametrize("name", ["proxy-anchor", "arcface"])
@pytest.mark.parametrize("stranger", [0, 2**62, 2**63 - 1])
def test_an_identity_that_it_was_not_made_for_is_refused(name, stranger):
    with pytest.raises(DataError, match="1 of 2 labels are none of the 4 identities"):
        made(name)(unit_rows(9, 2), torch.tensor([NAMES[0], stranger]))


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("tripelt", {}, "did you mean 'triplet'"),
        ("supcon", {"margin": 1}, "no setting 'margin'"),
        ("supcon", {"temperature": 0.0}, "temperature is 0.0"),
        ("triplet", {"mining": "hrad"}, "did you mean 'hard'"),
        ("triplet", {"margin": -1.0}, "margin is -1.0"),
        ("arcface", {}, "give the dimension"),
        ("proxy-anchor", {"dimension": 4, "identities": [3, 3, -1]}, "at least two"),
        ("arcface", {"dimension": 4, "identities": [3, 4], "scale": float("nan")}, "scale is nan"),
    ],
)
def test_wrong_settings_are_refused(name, settings, message):
    with pytest.raises(ConfigError, match=message):
        embedding_loss(name, **settings)


def test_without_the_package_it_says_what_to_install(monkeypatch):
    for module in ("losses", "miners"):
        monkeypatch.setitem(sys.modules, f"pytorch_metric_learning.{module}", None)
    with pytest.raises(ConfigError, match=r"pip install 'fashionkit\[train\]'"):
        embedding_loss("triplet")
    embedding_loss("supcon")


@pytest.mark.parametrize(
    ("embeddings", "labels", "message"),
    [
        (torch.zeros(2, 3), torch.zeros(3).long(), "labels have shape"),
        (torch.zeros(2), torch.zeros(2).long(), "rows x dimensions"),
        (torch.zeros(2, 3), torch.zeros(2), "whole numbers"),
    ],
)
def test_what_does_not_fit_is_refused(embeddings, labels, message):
    with pytest.raises(DataError, match=message):
        embedding_loss("triplet")(embeddings, labels)
