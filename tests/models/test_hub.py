from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from fashionkit.errors import ModelError
from fashionkit.models.hub import download

pytestmark = pytest.mark.light

REVISION = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    "given", ["hf://", "hf://name", "hf://a/b/c", "hf:///b", "hf://a/", "hf://@main", "hf://a@b/c"]
)
def test_a_malformed_id_is_refused(given):
    with pytest.raises(ModelError, match="a hub id reads hf://owner/name"):
        download(given, ["*"])


def run(code, **environment):
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize("given", ["hf://fashionkit-tests/none", "hf://../none", "hf://a/b@no-such-branch"])
def test_without_a_connection_there_is_one_clear_error(given, tmp_path):
    pytest.importorskip("huggingface_hub")
    done = run(
        f"from fashionkit.models import Checkpoint, locate; locate({given!r})",
        HF_HUB_OFFLINE="1",
        HF_HOME=str(tmp_path),
    )
    assert done.returncode == 1
    assert f"fashionkit.errors.ModelError: {given}: cannot be brought from the hub: " in done.stderr


def test_what_the_hubs_cache_holds_needs_no_connection(checkpoint, tmp_path):
    pytest.importorskip("huggingface_hub")
    repository = tmp_path / "hub" / "models--owner--name"
    shutil.copytree(checkpoint, repository / "snapshots" / REVISION)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(REVISION)
    done = run(
        "from fashionkit.models import Checkpoint, locate; print(*Checkpoint.open(locate('hf://owner/name')).specs)",
        HF_HUB_OFFLINE="1",
        HF_HOME=str(tmp_path),
    )
    assert done.stdout.split() == ["category", "attributes", "embedding", "outfit"], done.stderr


def test_where_the_client_is_missing_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(ModelError, match="pip install huggingface-hub"):
        download("hf://owner/name", ["*"])
