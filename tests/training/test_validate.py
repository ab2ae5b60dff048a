import numpy as np
import pytest
import torch
from small_outfits import outfit_model, write_outfits
from small_training import LABELS, drawn, small_model

from fashionkit import AttributesSpec, CategorySpec, EmbeddingSpec, FashionModel, Group, InputRule, NumberRule, TagRule
from fashionkit.datasets import DataSet, LabelledPhoto, open_data
from fashionkit.heads import Features
from fashionkit.training import validate
from fashionkit.training.examples import gather
from fashionkit.training.validate import figures_of, validation

SPEC = AttributesSpec(
    groups={"sleeve": Group(("long", "short")), "neck": Group(("round", "v"))},
    tags={"striped": TagRule(), "checked": TagRule()},
    numbers={"year": NumberRule(2015.0, 5.0)},
)


class Told(torch.nn.Module):
    """A head that answers what it is told."""

    def __init__(self, raw: np.ndarray) -> None:
        super().__init__()
        self.raw = torch.from_numpy(raw.astype(np.float32))

    def forward(self, _: Features) -> torch.Tensor:
        return self.raw


def figures(spec: object, labels: list[object], raw: list[list[float]], readable: list[bool] | None = None):
    data = drawn(len(labels))
    photos = tuple(LabelledPhoto(p.photo, {"head": label}, id=p.id) for p, label in zip(data, labels, strict=True))
    torch.manual_seed(0)
    model = FashionModel("test_vit", {"head": spec}, input=InputRule(size=(64, 64))).eval()
    model.heads["head"] = Told(np.array(raw))
    n = len(labels)
    features = Features(torch.zeros(n, model.backbone.widths.pooled), torch.zeros(n, 1, 0))
    examples = gather([DataSet("told", "", photos, data.root)], model.specs)
    return figures_of(model, examples, features, np.array(readable or [True] * n))


def test_a_category_is_right_where_its_label_can_mean_it():
    spec = CategorySpec(labels=LABELS)
    raw = [[9, 0, 0, 0], [0, 9, 0, 0], [0, 9, 0, 0], [0, 0, 0, 9]]
    labels = ["dress", ("dress", "shirt"), "dress", None]
    assert figures(spec, labels, raw) == {"head/accuracy": pytest.approx(2 / 3)}


def test_what_could_not_be_read_is_not_counted():
    spec = CategorySpec(labels=LABELS)
    assert figures(spec, ["dress", "dress"], [[9, 0, 0, 0], [0, 9, 0, 0]], [True, False]) == {"head/accuracy": 1.0}


def test_attributes_have_a_figure_each_over_what_is_known():
    labels = [
        {"sleeve": "long", "neck": "v", "tags": ["striped"], "year": 2010.0},
        {"sleeve": "short", "tags": []},
        {"year": 2020.0},
    ]
    raw = [[1, 0, 0, 1, 2, 0, -1], [1, 0, 1, 0, 1, 0, 9], [0, 0, 0, 0, 9, 9, 1.5]]
    assert figures(SPEC, labels, raw) == {
        "head/accuracy": 0.75,
        "head/sleeve/accuracy": 0.5,
        "head/neck/accuracy": 1.0,
        "head/precision": 1.0,
        "head/year/error": pytest.approx(1.25),
        "score": 0.875,
    }


def test_a_search_finds_the_other_photo_of_a_product():
    vectors = [[1, 0], [0.9, 0.1], [0, 1], [0.8, 0.2], [0.99, 0.01]]
    found = figures(EmbeddingSpec(dimension=2), ["a", "a", "b", "b", None], vectors)
    assert found == {"head/hit_rate_at_1": 0.75}
    assert figures(EmbeddingSpec(dimension=2), ["a", "b"], [[1, 0], [0, 1]]) == {}


def test_a_backbone_that_stands_still_sees_the_photos_once(monkeypatch):
    calls = []
    see = validate.see
    monkeypatch.setattr(validate, "see", lambda *given, **options: calls.append(1) or see(*given, **options))
    judge, model = validation(drawn(8)), small_model().eval()
    first = judge(model)
    with torch.no_grad():
        model.heads["category"].classifier.bias[0] += 99
    assert judge(model) != first
    assert len(calls) == 1
    with torch.no_grad():
        next(model.backbone.parameters()).add_(0.1)
    judge(model)
    assert len(calls) == 2


def test_outfits_are_judged_beside_photos_and_choose_nothing(tmp_path):
    val = open_data(write_outfits(tmp_path / "outfits"), "val")
    model = outfit_model().eval()
    judge = validation([drawn(16), val])
    figures = judge(model)
    assert list(figures) == ["embedding/hit_rate_at_1", "outfit/fitb", "outfit/auc"]
    assert figures == {**judge.of_photos(model), **judge.of_outfits(model)}
    assert all(0 <= figure <= 1 for figure in figures.values())
    assert list(validation(val)(model)) == ["outfit/fitb", "outfit/auc"]
    assert validation(val)(small_model().eval()) == {}


def test_outfits_without_questions_have_no_figures(tmp_path):
    train = open_data(write_outfits(tmp_path / "outfits"), "train")
    assert validation(train)(outfit_model().eval()) == {}
