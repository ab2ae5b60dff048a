from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings, strategies as st
from torch.nn import functional

from fashionkit.errors import DataError
from fashionkit.losses import fill_in_the_blank

NAN = float("nan")


def case(seed, rows=5, candidates=4, dtype=torch.float32):
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randn(rows, candidates, generator=generator, dtype=torch.float64) * 3
    right = torch.rand(rows, candidates, generator=generator) < 0.3
    return scores.to(dtype), right, torch.rand(rows, candidates, generator=generator) < 0.7


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), rows=st.integers(0, 6), candidates=st.integers(1, 5))
def test_it_is_the_naive_softmax_over_what_is_offered(seed, rows, candidates):
    scores, right, offered = case(seed, rows, candidates)
    losses = []
    for row, yes, there in zip(scores.double(), right, offered, strict=True):
        if (yes & there).any():
            losses.append(-(row[yes & there].exp().sum() / row[there].exp().sum()).log().item())
    expected = sum(losses) / len(losses) if losses else 0.0
    assert fill_in_the_blank(scores, right, offered).item() == pytest.approx(expected, rel=1e-4, abs=1e-5)


def test_one_right_of_all_is_the_cross_entropy_of_torch():
    scores, _, _ = case(1)
    answers = torch.tensor([0, 1, 2, 3, 0])
    ours = fill_in_the_blank(scores, functional.one_hot(answers, 4).bool())
    assert torch.allclose(ours, functional.cross_entropy(scores, answers))


def test_two_candidates_are_the_pairwise_loss():
    scores = torch.tensor([[0.3, 1.7]])
    assert torch.allclose(
        fill_in_the_blank(scores, torch.tensor([[True, False]])), functional.softplus(torch.tensor(1.4))
    )


def test_gradient():
    scores, right, offered = case(3, rows=6, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda x: fill_in_the_blank(x, right, offered), (scores.requires_grad_(),))


@pytest.mark.parametrize("rows", [0, 3])
def test_no_question_with_an_answer_is_a_connected_zero(assert_connected_zero, rows):
    scores = torch.full((rows, 4), NAN, requires_grad=True)
    right = torch.ones(rows, 4, dtype=torch.bool)
    assert_connected_zero(fill_in_the_blank(scores, right, ~right), scores)


def test_what_is_not_offered_changes_nothing_whatever_it_holds():
    scores = torch.tensor([[1.0, 2.0, NAN], [NAN, NAN, NAN]], requires_grad=True)
    right = torch.tensor([[True, False, True], [False, False, False]])
    offered = torch.tensor([[True, True, False], [True, True, True]])
    loss = fill_in_the_blank(scores, right, offered)
    loss.backward()
    assert torch.allclose(loss, functional.softplus(torch.tensor(1.0)))
    assert torch.isfinite(scores.grad).all()
    assert scores.grad[:, 2].tolist() == scores.grad[1, :2].tolist() == [0.0, 0.0]


def test_only_the_right_one_offered_costs_nothing():
    yes = torch.tensor([[True, False]])
    assert fill_in_the_blank(torch.tensor([[-9.0, 9.0]]), yes, yes).item() == 0


def test_extreme_scores_stay_finite():
    scores = torch.tensor([[1e30, -1e30], [-1e30, 1e30]], requires_grad=True)
    loss = fill_in_the_blank(scores, torch.tensor([[True, False], [True, False]]))
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.isfinite(scores.grad).all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_float32(dtype):
    scores, right, offered = case(4, dtype=dtype)
    assert torch.equal(fill_in_the_blank(scores, right, offered), fill_in_the_blank(scores.float(), right, offered))


YES = torch.ones(2, 3, dtype=torch.bool)


@pytest.mark.parametrize(
    ("scores", "right", "offered", "message"),
    [
        (torch.zeros(2), YES, None, "questions x candidates"),
        (torch.zeros(2, 0), YES, None, "at least one"),
        (torch.zeros(2, 3), YES[:1], None, "right have shape"),
        (torch.zeros(2, 3), YES, YES[:, :1], "offered have shape"),
        (torch.zeros(2, 3), YES.float(), None, "give bool"),
        (torch.zeros(2, 3), YES, YES.long(), "give bool"),
        (torch.zeros(2, 3), [True], None, "give a torch.Tensor"),
    ],
)
def test_what_does_not_fit_is_refused(scores, right, offered, message):
    with pytest.raises(DataError, match=message):
        fill_in_the_blank(scores, right, offered)
