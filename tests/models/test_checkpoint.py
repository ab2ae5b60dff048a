from __future__ import annotations

import json
import os
import pickle

import pytest

from fashionkit.errors import ConfigError, FashionkitError, ModelError
from fashionkit.models import Checkpoint
from fashionkit.models.checkpoint import sha256

pytestmark = pytest.mark.light

FILES = ["card.md", "graph.onnx", "model.safetensors", "outfit.onnx"]


def test_a_whole_checkpoint_opens(checkpoint):
    opened = Checkpoint.open(checkpoint)
    assert list(opened.specs) == ["category", "attributes", "embedding", "outfit"]
    assert opened.stages == ("photos", "outfit")
    assert opened.graph("photos") == checkpoint / "graph.onnx"
    assert opened.graph("outfit") == checkpoint / "outfit.onnx"
    assert opened.weights == checkpoint / "model.safetensors"
    assert sorted(opened.config.files) == FILES
    assert sorted(opened.config.fingerprints) == ["attributes", "category", "embedding"]
    assert opened.config.input.size == (96, 64)
    assert opened.config.training == {"data": "none"}


def test_config_json_holds_what_the_readme_says(checkpoint):
    config = json.loads((checkpoint / "config.json").read_bytes())
    assert set(config) == {
        "format_version", "fashionkit_version", "backbone", "input", "heads", "fingerprints", "files", "training",
    }  # fmt: skip
    assert config["format_version"] == 1
    assert config["backbone"]["name"] == "test_efficientnet"
    assert config["heads"]["category"]["kind"] == "category"
    assert {path.name for path in checkpoint.iterdir()} == {*config["files"], "config.json"}
    for name, record in config["files"].items():
        data = (checkpoint / name).read_bytes()
        assert record == {"size": len(data), "sha256": sha256(checkpoint / name)}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("where", [0, 0.5, -1])
def test_one_flipped_bit_is_found_in_every_file(copy, name, where):
    data = bytearray((copy / name).read_bytes())
    data[where if where == -1 else int(where * len(data))] ^= 1
    (copy / name).write_bytes(data)
    with pytest.raises(ModelError, match=f"{name}: SHA-256 .* instead of"):
        Checkpoint.open(copy)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda path: path.unlink(), "No such file"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "bytes instead of"),
        (lambda path: path.write_bytes(path.read_bytes() + b"\0"), "bytes instead of"),
        (lambda path: path.write_bytes(b""), "0 bytes instead of"),
        (lambda path: path.unlink() or path.mkdir(), "it is no file"),
        (lambda path: path.unlink() or os.mkfifo(path), "it is no file"),
    ],
)
def test_a_file_that_is_not_whole_is_named(copy, name, spoil, reason):
    spoil(copy / name)
    with pytest.raises(ModelError, match=f"{name}: .*{reason}"):
        Checkpoint.open(copy)


CHANGES = [
    (lambda c: c.update(colour="red"), "unknown field `colour`"),
    (lambda c: c["backbone"].update(depth=1), r"unknown field `depth` - at `\$\.backbone`"),
    (lambda c: c["input"].update(size=[96]), r"at `\$\.input\.size`"),
    (lambda c: c["input"].update(size=[0, 64]), r"at `\$\.input`"),
    (lambda c: c["input"].update(size=[10**9, 10**9]), r"at `\$\.input`"),
    (lambda c: c["input"].update(fit="sqash"), r"at `\$\.input\.fit`"),
    (lambda c: c.pop("heads"), "missing required field `heads`"),
    (lambda c: c.update(heads=[]), r"Expected `object`, got `array` - at `\$\.heads`"),
    (lambda c: c["heads"]["category"].update(labels=["a"]), "heads.category: categories need at least 2"),
    (lambda c: c["heads"]["category"].update(lables=["a"]), "heads.category: .*unknown field `lables`"),
    (lambda c: c["heads"]["category"].update(temperature="1"), r"heads.category: .*at `\$\.temperature`"),
    (lambda c: c["heads"]["category"].pop("kind"), "heads.category: a head needs its `kind`"),
    (lambda c: c["heads"]["outfit"].update(hidden=2**40), "heads.outfit: .*4096"),
    (lambda c: c.update(format_version="1"), r"Expected `int`, got `str` - at `\$\.format_version`"),
    (lambda c: c.update(format_version=True), "format_version"),
    (lambda c: c.pop("format_version"), "missing required field `format_version`"),
    (lambda c: c["backbone"].update(std=[0, 1, 1]), r"std must lie in .*at `\$\.backbone`"),
    (lambda c: c["backbone"].update(std=[-1, 1, 1]), "std must lie"),
    (lambda c: c["backbone"].update(mean=[1e300, 1, 1]), "mean must lie"),
    (lambda c: c["backbone"].update(mean=[float("nan"), 1, 1]), "malformed"),
    (lambda c: c["backbone"].update(mean=[float("inf"), 1, 1]), "malformed"),
    (lambda c: c["files"].pop("graph.onnx"), "`files` does not list graph.onnx"),
    (lambda c: c["files"].pop("model.safetensors"), "`files` does not list model.safetensors"),
    (lambda c: c["files"].pop("outfit.onnx"), "`files` does not list outfit.onnx, the graph of head 'outfit'"),
    (lambda c: c["fingerprints"].pop("embedding"), "`fingerprints` does not list head 'embedding'"),
    *[
        (lambda c, name=name: c["files"].update({name: {"size": 1, "sha256": "0"}}), "lie in its own folder")
        for name in ("../x", "/etc/passwd", "a/b", "..", ".", "", "a\0b", "a\nb", "..\\x", "C:x")
    ],
]


@pytest.mark.parametrize(("change", "reason"), CHANGES)
def test_a_configuration_that_cannot_be_is_refused_with_its_place(change_config, change, reason):
    with pytest.raises(ConfigError, match=f"config.json.*{reason}"):
        Checkpoint.open(change_config(change))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda c: c.update(format_version=2), "a newer fashionkit; upgrade"),
        (lambda c: c.update(format_version=2, colour="red"), "a newer fashionkit; upgrade"),
        (lambda c: c.update(format_version=10**30), "a newer fashionkit; upgrade"),
        (lambda c: c.update(format_version=0), "no version of fashionkit"),
        (lambda c: c.update(format_version=-1), "no version of fashionkit"),
        (lambda c: c["heads"]["category"].update(kind="categroy"), "unknown head 'categroy'; did you mean 'category'"),
        (lambda c: c["heads"].clear(), "at least one head"),
        (lambda c: c["heads"].pop("embedding"), "reads the output of 'embedding'"),
        (lambda c: c["heads"].update({"../x": c["heads"]["outfit"]}), "a head cannot be called"),
        (lambda c: c["heads"].update({"photos": c["heads"]["outfit"]}), "a head cannot be called"),
    ],
)
def test_what_no_reader_of_this_version_knows_is_refused(change_config, change, reason):
    with pytest.raises(ModelError, match=reason):
        Checkpoint.open(change_config(change))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"config",
        b"[]",
        b"5",
        b"null",
        b"\xff\xfe",
        b'{"format_version": 1}',
        b'{"format_version": NaN}',
        b'{"format_version": 1e999}',
        b"[" * 100_000,
        b'{"format_version": 1, "training": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001,
        pickle.dumps({"format_version": 1}),
    ],
    ids=range(13),
)
def test_what_is_no_configuration_is_refused(copy, data):
    (copy / "config.json").write_bytes(data)
    with pytest.raises(ConfigError, match=r"config\.json: "):
        Checkpoint.open(copy)


@pytest.mark.parametrize("key", ["format_version", "heads", "category", "labels", "sha256"])
def test_a_key_that_stands_twice_is_refused(copy, key):
    text = (copy / "config.json").read_text()
    (copy / "config.json").write_text(text.replace(f'"{key}":', f'"{key}": {{}}, "{key}":', 1))
    with pytest.raises(ConfigError, match=f"config.json: the key '{key}' stands twice"):
        Checkpoint.open(copy)


def test_where_there_is_no_checkpoint_it_says_so(tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "config.json").mkdir()
    for name, reason in [
        ("none", "does not exist"),
        ("empty", "has no config.json, so it is no checkpoint"),
        ("file", "Not a directory"),
        ("folder", "Is a directory"),
        ("a\0b", "null"),
        ("x" * 300, "File name too long"),
    ]:
        with pytest.raises(ModelError, match=reason):
            Checkpoint.open(tmp_path / name)


@pytest.mark.parametrize("name", ["schön 着物", "a b", "ü" * 60, "\N{DRESS}", "x.onnx", "[a]*"])
def test_a_folder_may_be_called_anything(copy, name):
    assert Checkpoint.open(copy.rename(copy.with_name(name))).stages == ("photos", "outfit")


def test_any_cut_of_the_configuration_is_an_error_of_ours(copy):
    data = (copy / "config.json").read_bytes()
    for end in range(0, len(data) - 2, 97):
        (copy / "config.json").write_bytes(data[:end])
        with pytest.raises(FashionkitError):
            Checkpoint.open(copy)
