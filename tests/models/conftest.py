from __future__ import annotations

import hashlib
import json
import shutil

import pytest


@pytest.fixture
def copy(checkpoint, tmp_path):
    """The small checkpoint, in a folder of its own that a test may spoil."""
    return shutil.copytree(checkpoint, tmp_path / "copy")


@pytest.fixture
def change_config(copy):
    """Changes config.json of the copy by a function of its contents."""

    def change(how):
        path = copy / "config.json"
        config = json.loads(path.read_bytes())
        how(config)
        path.write_text(json.dumps(config))
        return copy

    return change


@pytest.fixture
def put_file(copy, change_config):
    """Replaces a file of the copy by other bytes, and signs them in config.json, as a forger would."""

    def put(name, data):
        (copy / name).write_bytes(data)
        record = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        return change_config(lambda config: config["files"].update({name: record}))

    return put
