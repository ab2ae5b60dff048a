from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from fashionkit.errors import ConfigError, ModelError
from fashionkit.heads import Head, decode_spec, encode_spec, get, kinds, register, registry

pytestmark = pytest.mark.light

BUILT_IN = {"attributes", "category", "embedding", "outfit"}


def test_the_built_in_heads_are_those_that_have_a_folder():
    folders = {path.parent.name for path in Path(registry.__file__).parent.glob("*/spec.py")}
    assert folders == BUILT_IN <= set(kinds())
    assert kinds() == sorted(kinds())


@pytest.mark.parametrize("kind", sorted(BUILT_IN))
def test_a_spec_goes_through_its_plain_form(kind):
    spec = get(kind).spec_class().example()
    plain = encode_spec(spec)
    assert plain["kind"] == kind
    assert decode_spec(plain, "x") == spec
    assert plain == encode_spec(spec)


@pytest.mark.parametrize(
    ("config", "error", "reason"),
    [
        ({}, ConfigError, "needs its `kind`"),
        ({"kind": None}, ConfigError, "needs its `kind`"),
        ({"kind": 5, "labels": []}, ConfigError, "needs its `kind`.*'kind', 'labels'"),
        ({"kind": "categroy"}, ModelError, "did you mean 'category'"),
        ({"kind": ""}, ModelError, "unknown head ''"),
        ({"kind": "category", "labels": ["a", "b"], "knids": {}}, ConfigError, "x: .*unknown field `knids`"),
    ],
)
def test_a_plain_form_that_is_of_no_head_is_refused(config, error, reason):
    with pytest.raises(error, match=reason):
        decode_spec(config, "x")


def test_one_kind_has_one_head(monkeypatch):
    monkeypatch.setattr(registry, "_registered", dict(registry._registered))
    head = Head("toy", "a:A", "b:B")
    assert register(head) is register(Head("toy", "a:A", "b:B")) is get("toy") is head
    assert "toy" in kinds()
    with pytest.raises(ModelError, match="two heads want to be kind 'toy': a:A and c:C"):
        register(Head("toy", "c:C", "b:B"))
    assert get("toy") is head


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no_such_module:A", "cannot be imported: No module named"),
        ("fashionkit.errors:Nothing", "which is not there"),
        ("fashionkit.errors", "which is not there"),
        ("", "cannot be imported"),
        (":A", "cannot be imported"),
        ("broken_half:A", "cannot be imported"),
        ("torchless_half:A", "needs torch; pip install 'fashionkit"),
    ],
)
def test_a_half_that_cannot_be_found_is_named(name, reason, tmp_path, monkeypatch):
    (tmp_path / "broken_half.py").write_text("raise RuntimeError('on import')")
    (tmp_path / "torchless_half.py").write_text("raise ModuleNotFoundError('no torch', name='torch')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModelError, match=reason):
        Head("toy", name, name).module_class()


HEAD = """from fashionkit.heads import Head
HEAD = Head('glow', spec='glowing.spec:GlowSpec', module='glowing.module:GlowModule')
"""
SPEC = """
    import dataclasses
    from typing import ClassVar
    import msgspec
    import numpy as np
    from fashionkit.heads import checked_raw

    @dataclasses.dataclass(frozen=True)
    class Glow:
        value: float
        def to_dict(self): return {"glow": self.value}
        def _repr_html_(self): return f"<b>{self.value}</b>"

    class GlowSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        unit: str = "lumen"
        kind: ClassVar[str] = "glow"
        metrics: ClassVar[tuple[str, ...]] = ("mean_absolute_error",)
        width: ClassVar[int] = 1
        reads: ClassVar[tuple[str, ...]] = ()
        def read(self, raw, outputs):
            return [Glow(float(value)) for value in checked_raw(raw, 1, self.kind)[:, 0]]
        def encode(self, values):
            return np.array([np.nan if value is None else value for value in values], np.float32).reshape(-1, 1)
        @classmethod
        def example(cls): return cls(unit="candela")
        def example_values(self, n, seed): return [float((seed + place) % 3) for place in range(n)]
"""
MODULE = """
    import torch
    from fashionkit.losses import masked_huber

    class GlowModule(torch.nn.Module):
        def __init__(self, spec, widths):
            super().__init__()
            self.linear = torch.nn.Linear(widths.tokens, 1)
        def forward(self, features): return self.linear(features.tokens.mean(dim=1))
        def loss(self, raw, targets): return masked_huber(raw, targets)
"""


@pytest.fixture
def site(tmp_path):
    """A folder as pip leaves it, with a package of a head of somebody else's, found by entry points only."""

    def install(entry_points, head=HEAD):
        package, info = tmp_path / "glowing", tmp_path / "glowing-1.0.dist-info"
        package.mkdir()
        info.mkdir()
        (package / "__init__.py").write_text(head)
        (package / "spec.py").write_text(textwrap.dedent(SPEC))
        (package / "module.py").write_text(textwrap.dedent(MODULE))
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: glowing\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[fashionkit.heads]\n{entry_points}\n")
        return tmp_path

    return install


def run(folder, code):
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_a_head_of_another_package_works_like_our_own(site, tmp_path):
    pytest.importorskip("torch")
    done = run(
        site("glow = glowing:HEAD"),
        f"""
        import sys
        import numpy as np
        from fashionkit.heads import check_head, kinds
        assert "glow" in kinds(), kinds()
        assert "glowing" not in sys.modules, "loaded before it was asked for"
        check_head("glow")

        import torch
        from fashionkit import FashionModel, InputRule
        from fashionkit.heads import get
        from fashionkit.models import Checkpoint
        spec = get("glow").spec_class().example()
        model = FashionModel("test_efficientnet", {{"shine": spec}}, input=InputRule(size=(32, 32)))
        folder = model.save({str(tmp_path / "model")!r})
        model, checkpoint = FashionModel.load(folder), Checkpoint.open(folder)
        assert model.specs["shine"] == checkpoint.specs["shine"] == spec
        from fashionkit.models.onnx_runtime import onnxruntime
        photos = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3), np.uint8)
        raw = onnxruntime.InferenceSession(checkpoint.graph("photos")).run(["shine"], {{"photos": photos}})[0]
        with torch.no_grad():
            np.testing.assert_allclose(raw, model(torch.from_numpy(photos))["shine"].numpy(), rtol=1e-3, atol=1e-4)
        print([result.to_dict() for result in spec.read(raw, {{"shine": raw}})])
        """,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("[{'glow': ")


@pytest.mark.parametrize(
    ("entry_points", "head", "reason"),
    [
        ("glow = glowing:NOTHING", HEAD, "the head 'glow' of the package at glowing:NOTHING cannot be loaded"),
        ("glow = nowhere:HEAD", HEAD, "the head 'glow' of the package at nowhere:HEAD cannot be loaded"),
        ("glow = glowing:HEAD", "1 / 0", "the head 'glow' .* cannot be loaded: division by zero"),
        ("glow = glowing:HEAD", "this is no Python", "the head 'glow' .* cannot be loaded"),
        ("glow = glowing:HEAD", "HEAD = 'glow'", "the entry point 'glow' .* must name a Head of that kind, not 'glow'"),
        ("glow = glowing:HEAD", HEAD.replace("'glow'", "'gloom'"), "must name a Head of that kind"),
        ("glow = glowing:HEAD\nglow = glowing:HEAD", HEAD, None),
    ],
)
def test_a_broken_entry_point_is_an_error_that_names_it(site, entry_points, head, reason):
    folder = site(entry_points, head)
    done = run(
        folder, "from fashionkit.heads import kinds, get; assert 'glow' in kinds(); get('category'); get('glow')"
    )
    if reason is None:
        assert done.returncode == 0, done.stderr
        return
    assert done.returncode == 1
    assert re.search(f"fashionkit.errors.ModelError: .*{reason}", done.stderr), done.stderr


def test_a_package_cannot_take_the_place_of_a_built_in_head(site):
    folder = site("category = glowing:HEAD", HEAD.replace("'glow'", "'category'"))
    done = run(folder, "from fashionkit.heads import get; print(get('category').spec)")
    assert done.stdout.strip() == "fashionkit.heads.category.spec:CategorySpec", done.stderr
