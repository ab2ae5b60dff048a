from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
import pytest
import torch

from fashionkit.errors import EngineError, ModelError
from fashionkit.heads import Head, check_head, get, kinds
from fashionkit.heads.category.module import CategoryModule
from fashionkit.heads.category.spec import CategorySpec
from fashionkit.heads.check import check_reading
from fashionkit.heads.outfit.module import OutfitModule
from fashionkit.heads.outfit.spec import OutfitSpec


@pytest.mark.parametrize("kind", kinds())
def test_every_registered_head_keeps_the_contract(kind):
    check_head(kind)


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("seed", range(3))
def test_every_registered_head_reads_whatever_its_module_could_give(kind, seed):
    spec = get(kind).spec_class().example()
    raw = np.random.default_rng(seed).normal(scale=100, size=(5, spec.width)).astype(np.float32)
    if kind == "embedding":
        raw /= np.linalg.norm(raw, axis=1, keepdims=True)
    check_reading(spec, raw)


def test_the_check_leaves_the_course_of_random_numbers_alone():
    torch.manual_seed(7)
    expected = torch.rand(1)
    torch.manual_seed(7)
    check_head("category")
    assert torch.equal(torch.rand(1), expected)


# A good head, and heads that are it with one thing broken.


@dataclass(frozen=True)
class Result:
    value: float

    def to_dict(self):
        return {"value": self.value}

    def _repr_html_(self):
        return "<p></p>"


class Spec(CategorySpec, frozen=True, forbid_unknown_fields=True):
    kind = "toy"
    result = Result

    def read(self, raw, outputs):
        return [self.result(category.probability) for category in CategorySpec.read(self, raw, outputs)]


class SetSpec(OutfitSpec, frozen=True, forbid_unknown_fields=True):
    kind = "toy"


class NoJsonResult(Result):
    def to_dict(self):
        return {"value": {self.value}}


class NanResult(Result):
    def to_dict(self):
        return {"value": float("nan")}


class MultiLineResult(Result):
    def __repr__(self):
        return "a\nb"


class NoHtmlResult(Result):
    def _repr_html_(self):
        return "a"


@dataclass
class MutableResult:
    value: float
    to_dict, _repr_html_ = Result.to_dict, Result._repr_html_


@dataclass(slots=True)
class MutableSlotsResult:
    value: float
    to_dict, _repr_html_ = Result.to_dict, Result._repr_html_


class UnpicklableResult(Result):
    def __reduce__(self):
        raise TypeError("no pickling")


class GivesNoJson(Spec, frozen=True):
    result = NoJsonResult


class GivesNan(Spec, frozen=True):
    result = NanResult


class GivesLines(Spec, frozen=True):
    result = MultiLineResult


class GivesNoHtml(Spec, frozen=True):
    result = NoHtmlResult


class GivesMutable(Spec, frozen=True):
    result = MutableResult


class GivesMutableSlots(Spec, frozen=True):
    result = MutableSlotsResult


class GivesUnpicklable(Spec, frozen=True):
    result = UnpicklableResult


class ReadsTheBatch(Spec, frozen=True):
    def read(self, raw, outputs):
        return Spec.read(self, raw * raw.max() if len(raw) else raw, outputs)


class ReadsNan(Spec, frozen=True):
    def read(self, raw, outputs):
        return Spec.read(self, np.nan_to_num(raw, posinf=np.inf, neginf=-np.inf), outputs)


class ReadsInfinity(Spec, frozen=True):
    def read(self, raw, outputs):
        return Spec.read(self, np.where(np.isinf(raw), np.float32(0), raw), outputs)


class ReadsFewerColumns(Spec, frozen=True):
    def read(self, raw, outputs):
        wide = np.zeros((len(raw), 3), np.float32)
        if raw.ndim == 2:
            wide[:, : raw.shape[1]] = raw
        return Spec.read(self, wide, outputs)


class RefusesInItsOwnWay(Spec, frozen=True):
    def read(self, raw, outputs):
        if not np.isfinite(raw).all():
            raise KeyError("nan")
        return Spec.read(self, raw, outputs)


class ReadsTooFew(Spec, frozen=True):
    def read(self, raw, outputs):
        return Spec.read(self, raw, outputs)[1:]


class ReadsFromNothing(Spec, frozen=True):
    def read(self, raw, outputs):
        return Spec.read(self, raw, outputs) or [Result(0.0)]


class Crashes(Spec, frozen=True):
    def read(self, raw, outputs):
        raise ZeroDivisionError("oh\nno")


class OtherKind(Spec, frozen=True):
    kind = "other"


class OtherMetric(Spec, frozen=True):
    metrics = ("acuracy",)


class HiddenMetric(Spec, frozen=True):
    metrics = ("__doc__",)


class WithoutWidth(Spec, frozen=True):
    width = 0


class TakesUnknownFields(CategorySpec, frozen=True, forbid_unknown_fields=False):
    kind, read, result = "toy", Spec.read, Result


class Thawed(msgspec.Struct, forbid_unknown_fields=True):
    labels: tuple[str, ...] = ("a", "b")
    kind, metrics, width, reads = "toy", ("accuracy",), 2, ()

    @classmethod
    def example(cls):
        return cls()


class ChangesInJson(Spec, frozen=True):
    sizes: tuple[int, ...] = ()

    @classmethod
    def example(cls):
        return cls(labels=("a", "b", "c"), sizes=[1])


class WithoutExample(Spec, frozen=True):
    @classmethod
    def example(cls):
        raise RuntimeError("not written yet")


class TooFewExamples(Spec, frozen=True):
    def example_values(self, n, seed):
        return Spec.example_values(self, n - 1, seed)


class EncodesTooFew(Spec, frozen=True):
    def encode(self, values):
        return Spec.encode(self, values)[:5]


class EncodesNothingToSomething(Spec, frozen=True):
    def encode(self, values):
        return Spec.encode(self, values or ["shirt"])


class KnowsNoUnknown(Spec, frozen=True):
    def encode(self, values):
        return Spec.encode(self, [value.strip() for value in values])


class PacksTooFew(SetSpec, frozen=True):
    def pack(self, sets):
        return {name: values[1:] for name, values in SetSpec.pack(self, sets).items()}


class PacksAnyWidth(SetSpec, frozen=True):
    def pack(self, sets):
        return SetSpec.pack(self, [vectors[:, : self.item_width] for vectors in sets])


class LooksAtTheBatch(CategoryModule):
    def forward(self, features):
        raw = super().forward(features)
        return raw - raw.mean(dim=0)


class GivesFewerColumns(CategoryModule):
    def forward(self, features):
        return super().forward(features)[:, 1:]


class CrashesInForward(CategoryModule):
    def forward(self, features):
        return super().forward(features.pooled)


class TakesNoWidths(CategoryModule):
    def __init__(self, spec):
        super().__init__(spec, None)


class CostsForUnknown(CategoryModule):
    def loss(self, raw, targets):
        return super().loss(raw, targets) + 1


class DividesByTheKnown(CategoryModule):
    def loss(self, raw, targets):
        known = targets.any(dim=1)
        return torch.nn.functional.cross_entropy(raw[known], targets[known].float())


class WithoutGradient(CategoryModule):
    def loss(self, raw, targets):
        return super().loss(raw, targets).detach()


class LossARow(CategoryModule):
    def loss(self, raw, targets):
        return super().loss(raw, targets).expand(3)


class NanGradient(CategoryModule):
    def loss(self, raw, targets):
        return super().loss(raw, targets) + (raw * 0).sqrt().sum()


class DoesNotLearn(CategoryModule):
    def loss(self, raw, targets):
        return super().loss(raw.detach(), targets) + 0 * raw.sum()


class LearnsTheOpposite(CategoryModule):
    def loss(self, raw, targets):
        return super().loss(-raw.detach() - raw + raw, targets) + 0 * raw.sum()


class ForgetsAPart(CategoryModule):
    def __init__(self, spec, widths):
        super().__init__(spec, widths)
        self.register_buffer("shift", torch.randn(spec.width), persistent=False)

    def forward(self, features):
        return super().forward(features) + self.shift


class OrderedOutfits(OutfitModule):
    def forward(self, items, present):
        return super().forward(items, present) - items.sum(dim=(1, 2))[0]


BROKEN = [
    (GivesNoJson, CategoryModule, "nothing that JSON can hold"),
    (GivesNan, CategoryModule, "nothing that JSON can hold"),
    (GivesLines, CategoryModule, "longer than a line"),
    (GivesNoHtml, CategoryModule, "gives no HTML"),
    (GivesMutable, CategoryModule, "result can be changed"),
    (GivesMutableSlots, CategoryModule, "result can be changed"),
    (GivesUnpicklable, CategoryModule, "no pickling"),
    (ReadsTheBatch, CategoryModule, "reads row 0 otherwise alone"),
    (ReadsNan, CategoryModule, "where it is NaN, instead of raising EngineError"),
    (ReadsInfinity, CategoryModule, "where it is infinite, instead of raising EngineError"),
    (ReadsFewerColumns, CategoryModule, "where a column is missing, instead of raising EngineError"),
    (RefusesInItsOwnWay, CategoryModule, "where it is NaN: raises KeyError instead of EngineError"),
    (ReadsTooFew, CategoryModule, "read 5 results from 6 rows"),
    (ReadsFromNothing, CategoryModule, "a result from no rows"),
    (Crashes, CategoryModule, "fails to read its raw output: ZeroDivisionError: oh$"),
    (OtherKind, CategoryModule, "it is of kind 'other'"),
    (OtherMetric, CategoryModule, "the metric 'acuracy'"),
    (HiddenMetric, CategoryModule, "the metric '__doc__'"),
    (WithoutWidth, CategoryModule, "its width is 0"),
    (TakesUnknownFields, CategoryModule, "takes an unknown field"),
    (Thawed, CategoryModule, "its spec can be changed"),
    (ChangesInJson, CategoryModule, "another one after going through JSON"),
    (WithoutExample, CategoryModule, "RuntimeError: not written yet"),
    (TooFewExamples, CategoryModule, "gave 5 example values instead of 6"),
    (EncodesTooFew, CategoryModule, "encoded 6 values to 5 rows"),
    (EncodesNothingToSomething, CategoryModule, "encoded no values to some rows"),
    (KnowsNoUnknown, CategoryModule, "fails to encode its example values: AttributeError"),
    (PacksTooFew, OutfitModule, "packed 6 sets into 5 rows of 'items'"),
    (PacksAnyWidth, OutfitModule, "packs items of another width"),
    (Spec, LooksAtTheBatch, "alone than among others"),
    (SetSpec, OrderedOutfits, "alone than among others"),
    (Spec, GivesFewerColumns, r"gave raw outputs \(6, 2\), not \(6, 3\)"),
    (Spec, CrashesInForward, "fails to compute and learn"),
    (Spec, TakesNoWidths, "fails to compute and learn: TypeError"),
    (Spec, CostsForUnknown, "loss of unknown targets is 1.0, not 0"),
    (Spec, DividesByTheKnown, "loss of unknown targets is nan"),
    (Spec, WithoutGradient, "loss of known targets has no gradient"),
    (Spec, LossARow, "loss of known targets is tensor"),
    (Spec, NanGradient, "gradient of known targets is not finite"),
    (Spec, DoesNotLearn, "does not learn six examples"),
    (Spec, LearnsTheOpposite, "does not learn six examples"),
    (Spec, ForgetsAPart, "after its state_dict was loaded into another one"),
]


def as_head(spec, module):
    return Head("toy", f"{__name__}:{spec.__name__}", f"{__name__}:{module.__name__}")


@pytest.mark.parametrize(("spec", "module"), [(Spec, CategoryModule), (SetSpec, OutfitModule)])
def test_a_head_that_is_not_registered_can_be_checked(spec, module):
    assert "toy" not in kinds()
    check_head(as_head(spec, module))


@pytest.mark.parametrize(("spec", "module", "fault"), BROKEN, ids=[f"{s.__name__}-{m.__name__}" for s, m, _ in BROKEN])
def test_a_broken_head_is_refused_with_its_fault(spec, module, fault):
    with pytest.raises(ModelError, match=f"the head 'toy' breaks the contract: .*{fault}"):
        check_head(as_head(spec, module))


def test_a_head_that_names_nothing_is_refused():
    with pytest.raises(ModelError, match="unknown head 'categroy'; did you mean 'category'"):
        check_head("categroy")
    with pytest.raises(ModelError, match="which is not there"):
        check_head(Head("toy", f"{__name__}:Nothing", f"{__name__}:Nothing"))


def test_reading_alone_can_be_checked():
    raw = np.zeros((2, 3), np.float32)
    check_reading(Spec.example(), raw)
    with pytest.raises(ModelError, match="otherwise alone"):
        check_reading(ReadsTheBatch.example(), np.array([[1, 0, 0], [0, 5, 0]], np.float32) * [[1], [2]])
    with pytest.raises(EngineError):
        Spec.example().read(raw[:, 1:], {})
