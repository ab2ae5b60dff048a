from __future__ import annotations

import io
import pickle

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save

from fashionkit.errors import ConfigError, ModelError
from fashionkit.heads import get, kinds
from fashionkit.heads.attributes.spec import AttributesSpec
from fashionkit.heads.category.spec import CategorySpec
from fashionkit.heads.embedding.spec import EmbeddingSpec
from fashionkit.images import InputRule
from fashionkit.models import Backbone, FashionModel

CATEGORY = CategorySpec(labels=("a", "b", "c"))
PHOTO_KINDS = [kind for kind in kinds() if not hasattr(get(kind).spec_class(), "pack")]
COLOURS = [(200, 30, 30), (30, 200, 30), (30, 30, 200), (220, 220, 40), (20, 20, 20), (240, 240, 240)]


@pytest.fixture(scope="module")
def drawn():
    """Six photos of plain colours with a stripe of their own, N×64×64×3 uint8."""
    pictures = []
    for place, colour in enumerate(COLOURS):
        picture = Image.new("RGB", (64, 64), colour)
        picture.paste((128, 128, 128), (8 * place, 0, 8 * place + 8, 64))
        pictures.append(np.asarray(picture))
    return torch.from_numpy(np.stack(pictures))


def build(specs, name="test_efficientnet", seed=0):
    torch.manual_seed(seed)
    return FashionModel(name, specs, input=InputRule(size=(64, 64)))


def all_specs():
    return {kind: get(kind).spec_class().example() for kind in ("category", "attributes", "embedding", "outfit")}


def losses_of(model, photos, sets):
    answers = model(photos)
    losses = {}
    for name, spec in model.specs.items():
        raw = answers[name] if name in answers else model.score_sets(name, sets)
        targets = torch.from_numpy(spec.encode(spec.example_values(len(photos), 0)))
        losses[name] = model.heads[name].loss(raw, targets)
    return losses


@pytest.mark.parametrize(
    "names", [*([kind] for kind in PHOTO_KINDS), ["category", "attributes", "embedding", "outfit"]]
)
def test_a_few_photos_are_learned_by_heart(drawn, names):
    specs = {name: get(name).spec_class().example() for name in names}
    model = build(specs, "test_vit").train()
    draw = np.random.default_rng(0)
    vectors = draw.normal(size=(6, 3, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
    packed = specs["outfit"].pack(list(vectors)) if "outfit" in specs else {}
    sets = {name: torch.from_numpy(values) for name, values in packed.items()}
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    first = losses_of(model, drawn, sets)
    for _ in range(60):
        optimizer.zero_grad()
        torch.stack(list(losses_of(model, drawn, sets).values())).sum().backward()
        optimizer.step()
    last = losses_of(model.eval(), drawn, sets)
    assert all(last[name] < 0.5 * first[name] for name in names), (first, last)
    if "category" in names:
        spec = specs["category"]
        with torch.no_grad():
            raw = model(drawn)["category"].numpy()
        assert [answer.label for answer in spec.read(raw, {})] == spec.example_values(6, 0)


def test_different_photos_get_different_answers(checkpoint, drawn):
    model = FashionModel.load(checkpoint)
    photos = torch.nn.functional.interpolate(drawn.permute(0, 3, 1, 2), model.input.size).permute(0, 2, 3, 1)
    with torch.no_grad():
        answers = model(photos)
    for name, raw in answers.items():
        distances = torch.cdist(raw, raw) + torch.eye(6)
        assert distances.min() > 1e-4, name


def test_one_call_of_the_backbone_serves_all_heads(drawn):
    model = build(all_specs()).eval()
    calls = []
    model.backbone.register_forward_hook(lambda *_: calls.append(1))
    with torch.no_grad():
        together = model(drawn)
        assert len(calls) == 1
        features = model.features(drawn)
        for name in model.photo_heads:
            torch.testing.assert_close(model.heads[name](features), together[name])
    assert list(together) == list(model.photo_heads) == ["category", "attributes", "embedding"]
    assert model.set_heads == ("outfit",)


def test_a_head_answers_alike_alone_and_beside_others(drawn):
    whole = build(all_specs()).eval()
    for name in whole.photo_heads:
        single = build({name: whole.specs[name]}, seed=1).eval()
        single.load_state_dict({key: value for key, value in whole.state_dict().items() if key in single.state_dict()})
        with torch.no_grad():
            torch.testing.assert_close(single(drawn)[name], whole(drawn)[name])


def test_photos_are_normalised_as_the_backbone_expects(drawn):
    model = build({"category": CATEGORY}).eval()
    mean, std = (torch.tensor(values).reshape(3, 1, 1) for values in (model.backbone.mean, model.backbone.std))
    expected = model.backbone(((drawn.permute(0, 3, 1, 2) / 255) - mean) / std)
    torch.testing.assert_close(model.features(drawn).pooled, expected.pooled, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["type", "keys", "items", "training", "half", "pop", "forward"])
def test_a_name_that_torch_needs_is_refused(name):
    with pytest.raises(ModelError, match=f"cannot be called '{name}'"):
        build({name: CATEGORY})


def test_sizes_must_agree():
    with pytest.raises(ModelError, match=r"the input rule gives \(32, 32\) px and the backbone reads \(64, 64\) px"):
        FashionModel(Backbone("test_resnet", size=(64, 64)), {"category": CATEGORY}, input=InputRule(size=(32, 32)))
    assert FashionModel(Backbone("test_resnet", size=(64, 32)), {"category": CATEGORY}).input.size == (64, 32)


@pytest.mark.parametrize("heads", [{}, {"category": {"labels": ["a", "b"]}}, {"Category": CATEGORY}])
def test_heads_that_cannot_be_are_refused(heads):
    with pytest.raises(ModelError):
        build(heads)


def test_loading_gives_what_was_saved(checkpoint):
    model = FashionModel.load(str(checkpoint))
    assert not model.training
    state = load_file(checkpoint / "model.safetensors")
    assert model.state_dict().keys() == state.keys()
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())
    assert model.training_record == {"data": "none"}


def test_nothing_is_unpickled_when_a_checkpoint_is_loaded(checkpoint, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("unpickled")

    for module, name in ((pickle, "load"), (pickle, "loads"), (pickle, "Unpickler"), (torch, "load")):
        monkeypatch.setattr(module, name, refuse)
    FashionModel.load(checkpoint)
    for path in checkpoint.iterdir():
        assert not path.read_bytes().startswith((b"\x80", b"PK"))


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (lambda s: s.pop("heads.category.classifier.bias"), r"1 missing \(heads\.category\.classifier\.bias\)"),
        (lambda s: s.update(other=torch.ones(1)), r"1 left over \(other\)"),
        (
            lambda s: s.update({"heads.category.classifier.bias": torch.ones(4)}),
            r"1 of another shape \(heads\.category\.classifier\.bias: 4 instead of 3\)",
        ),
    ],
)
def test_tensors_that_do_not_fit_the_configuration_are_told(checkpoint, put_file, change, difference):
    state = load_file(checkpoint / "model.safetensors")
    change(state)
    folder = put_file("model.safetensors", save(state))
    with pytest.raises(ModelError, match=f"model.safetensors: the weights do not fit the model: {difference}"):
        FashionModel.load(folder)


def test_signed_rubbish_is_no_weights(put_file):
    stream = io.BytesIO()
    torch.save({"a": torch.ones(1)}, stream)
    for data in (b"", b"rubbish", stream.getvalue()):
        with pytest.raises(ModelError, match=r"model\.safetensors: the weights cannot be read"):
            FashionModel.load(put_file("model.safetensors", data))


@pytest.mark.parametrize(
    ("change", "error", "reason"),
    [
        (lambda c: c["backbone"].update(name="resnett"), ModelError, "timm has no model"),
        (lambda c: c["backbone"].update(arguments={"checkpoint_path": "/etc/passwd"}), ModelError, "checkpoint_path"),
        (lambda c: c["backbone"].update(name="test_resnet"), ModelError, "the weights do not fit"),
        (lambda c: c["heads"]["category"]["labels"].append("more"), ModelError, "classifier.bias: 3 instead of 4"),
        (lambda c: c["backbone"].update(mean=[0, 0]), ConfigError, "mean"),
    ],
)
def test_a_configuration_of_another_model_is_refused(change_config, change, error, reason):
    with pytest.raises(error, match=reason):
        FashionModel.load(change_config(change))


@pytest.mark.parametrize("source", [None, 5, "", "no/such/folder"])
def test_a_source_that_is_none_is_refused(source):
    with pytest.raises(ModelError):
        FashionModel.load(source)


@pytest.mark.parametrize("backbone", [None, 3, b"resnet50", ["resnet50"], object()])
def test_what_is_no_backbone_is_refused(backbone):
    with pytest.raises(ModelError, match="backbone is a timm model name or a Backbone"):
        FashionModel(backbone, {"category": CategorySpec(labels=("a", "b"))})


@pytest.mark.parametrize("rule", [3, (64, 64), "64"])
def test_what_is_no_input_rule_is_refused(rule):
    with pytest.raises(ModelError, match="input is an InputRule"):
        FashionModel("test_vit", {"category": CategorySpec(labels=("a", "b"))}, input=rule)


@pytest.mark.parametrize("heads", [None, "category", [("category", CategorySpec(labels=("a", "b")))]])
def test_what_is_no_dict_of_heads_is_refused(heads):
    with pytest.raises(ModelError, match="heads are a dict of specs by name"):
        FashionModel("test_vit", heads)


@pytest.mark.parametrize(
    "spec",
    [
        AttributesSpec(groups={"sleeve": ("long", "short")}),
        AttributesSpec(tags=["striped"]),
        EmbeddingSpec(dimension=8.0),
    ],
)
def test_a_spec_with_values_of_the_wrong_type_is_refused_with_its_place(spec):
    with pytest.raises(ConfigError, match=r"head 'mine': Expected .* at `\$\."):
        FashionModel("test_vit", {"mine": spec})
