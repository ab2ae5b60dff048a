import numpy as np
import pytest
import torch
from small_training import drawn, small_model
from torch.nn import functional

from fashionkit import ConfigError, DataError
from fashionkit.losses.category import label_set_cross_entropy
from fashionkit.training.examples import gather
from fashionkit.training.objective import Objective
from fashionkit.training.recipe import HeadLoss, Phase, Recipe

PHASES = (Phase(steps=1, learning_rate=0.1),)
KNOWN = ("category", "attributes", "embedding")
RARE = """
[[phases]]
steps = 1
learning_rate = 0.1

[heads.category]
loss = "cross-entropy"
arguments = {smoothing = 0.1, class_weights = "balanced", class_weights_power = 0.5}

[heads.attributes]
loss = "parts"
arguments = {class_weights = "balanced"}
"""


def made(count: int = 12, **settings: object) -> tuple[Objective, dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    model = small_model()
    examples = gather([drawn(count)], model.specs)
    objective = Objective(model, examples.targets, Recipe(phases=PHASES, **settings))
    generator = torch.Generator().manual_seed(0)
    raw = {
        name: torch.randn(count, spec.width, generator=generator, requires_grad=True)
        for name, spec in model.specs.items()
    }
    return objective, raw, {name: torch.from_numpy(rows) for name, rows in examples.targets.items()}


def test_the_total_is_the_weighed_sum():
    objective, raw, targets = made(heads={"category": HeadLoss(weight=2.0), "attributes": HeadLoss(weight=0.0)})
    total, losses = objective(raw, targets, KNOWN)
    torch.testing.assert_close(total, 2 * losses["category"] + losses["embedding"])


def test_a_named_loss_takes_its_arguments():
    loss = HeadLoss(loss="cross-entropy", arguments={"smoothing": 0.2})
    objective, raw, targets = made(heads={"category": loss})
    _, losses = objective(raw, targets, KNOWN)
    torch.testing.assert_close(
        losses["category"], label_set_cross_entropy(raw["category"], targets["category"], smoothing=0.2)
    )


def test_a_recipe_weighs_rare_labels(tmp_path):
    (tmp_path / "rare.toml").write_text(RARE)
    objective, raw, targets = made(11, heads=Recipe.read(tmp_path / "rare.toml").heads)
    _, losses = objective(raw, targets, KNOWN)
    labels = targets["category"].int().argmax(dim=1)
    counts = labels.bincount(minlength=4)
    weight = (11 / counts) ** 0.5
    torch.testing.assert_close(
        losses["category"], functional.cross_entropy(raw["category"], labels, weight=weight, label_smoothing=0.1)
    )
    shade = targets["attributes"][:, 0]
    rows, shades = ~shade.isnan(), shade[~shade.isnan()].long()
    weight = 1 / shades.bincount(minlength=2)
    torch.testing.assert_close(
        losses["attributes"], functional.cross_entropy(raw["attributes"][rows], shades, weight=weight)
    )


def test_focal_with_gamma_0_is_the_own_loss():
    focal, raw, targets = made(heads={"category": HeadLoss(loss="focal", arguments={"gamma": 0.0})})
    own, *_ = made()
    torch.testing.assert_close(focal(raw, targets, KNOWN)[1]["category"], own(raw, targets, KNOWN)[1]["category"])


def test_learned_weights_begin_at_one_and_learn():
    objective, raw, targets = made(balance="uncertainty")
    total, losses = objective(raw, targets, KNOWN)
    torch.testing.assert_close(total, sum(losses.values()))
    total.backward()
    (weight,) = objective.parameters()
    assert (weight.grad != 0).all()


def test_what_is_not_known_teaches_no_weight():
    objective, raw, targets = made(balance="uncertainty")
    total, _ = objective(raw, {**targets, "category": torch.zeros_like(targets["category"])}, KNOWN[1:])
    total.backward()
    (weight,) = objective.parameters()
    assert weight.grad[0] == 0
    assert (weight.grad[1:] != 0).all()
    assert (raw["category"].grad == 0).all()


@pytest.mark.parametrize("loss", ["proxy-anchor", "arcface"])
def test_a_loss_with_weights_of_its_own_shows_them(loss):
    pytest.importorskip("pytorch_metric_learning")
    objective, raw, targets = made(heads={"embedding": HeadLoss(loss=loss)})
    objective(raw, targets, KNOWN)[0].backward()
    assert [weight.grad is not None for weight in objective.parameters()] == [True]


@pytest.mark.parametrize(
    ("heads", "said"),
    [
        ({"categroy": HeadLoss()}, "did you mean 'category'"),
        ({"category": HeadLoss(loss="focl")}, "did you mean 'focal'"),
        ({"attributes": HeadLoss(loss="focal")}, "Known: own, parts|known: own, parts"),
        ({"attributes": HeadLoss(loss="parts", arguments={"tags": "focl"})}, "did you mean 'focal'"),
        ({"attributes": HeadLoss(loss="parts", arguments={"tag": "focal"})}, "tag"),
        ({"attributes": HeadLoss(loss="parts", arguments={"tag_arguments": {"gama": 1}})}, "gama"),
        ({"attributes": HeadLoss(loss="parts", arguments={"spec": 1})}, "spec"),
        ({"category": HeadLoss(loss="focal", arguments={"class_weights": {"drss": 2}})}, "did you mean 'dress'"),
        ({"category": HeadLoss(loss="focal", arguments={"labels": 1})}, "labels"),
        ({"category": HeadLoss(arguments={"gamma": 1})}, "takes no arguments"),
        ({"category": HeadLoss(loss="focal", arguments={"gama": 1})}, "gama"),
        ({"category": HeadLoss(loss="focal", arguments={"gamma": -1})}, "gamma is -1"),
        ({"embedding": HeadLoss(loss="supcon", arguments={"temprature": 1})}, "did you mean 'temperature'"),
    ],
)
def test_what_no_head_learns_from_is_refused(heads, said):
    with pytest.raises(ConfigError, match=said):
        made(heads=heads)


def test_targets_are_unknown_where_a_set_does_not_say():
    model = small_model()
    first, second = drawn(4), drawn(3, first=4)
    silent = type(second)(
        "silent", "", tuple(type(p)(p.photo, {"category": p.labels["category"]}, id=p.id) for p in second), second.root
    )
    examples = gather([first, silent], model.specs)
    assert examples.known["category"].all()
    assert examples.known["embedding"].tolist() == [True] * 4 + [False] * 3
    assert not examples.known["attributes"][4:].any()
    assert np.isnan(examples.targets["attributes"][4:]).all()
    assert examples.sizes == {"drawn": 4, "silent": 3}


def test_a_set_is_known_again_by_its_labels():
    model = small_model()
    assert gather([drawn(4)], model.specs).digest() == gather([drawn(4)], model.specs).digest()
    assert gather([drawn(4)], model.specs).digest() != gather([drawn(4, first=4)], model.specs).digest()


def test_a_label_that_no_head_knows_names_its_set():
    model = small_model()
    data = drawn(1)
    wrong = type(data)("shop", "", (type(data[0])("a.jpg", {"category": "drss"}),), data.root)
    with pytest.raises(DataError, match="shop: unknown label 'drss'"):
        gather([wrong], model.specs)


@pytest.mark.parametrize("data", [[], [drawn(0)], ["photos"]])
def test_what_holds_no_photos_is_refused(data):
    with pytest.raises(DataError, match="photo"):
        gather(data, small_model().specs)
