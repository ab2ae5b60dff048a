from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("fastapi")

from fastapi import FastAPI
from fastapi.testclient import TestClient

from fashionkit.catalogue import Catalogue
from fashionkit.errors import CatalogueError, ModelError
from fashionkit.service import Settings
from fashionkit.service.app import create_app


def test_one_model_answers_everything(client):
    offers = client.app.state.offers
    tasks = (offers.analyzer, offers.classifier, offers.attributes, offers.outfits, offers.retriever)
    assert {id(task.model) for task in tasks} == {id(offers.model)}


def test_the_end_of_the_app_closes_the_catalogue(checkpoint, tmp_path):
    app = create_app(Settings(model=str(checkpoint), catalogue=str(tmp_path / "new"), create=True, threads=1))
    with TestClient(app) as client:
        assert client.get("/ready").status_code == 200
    with pytest.raises(CatalogueError, match="closed"):
        len(app.state.offers.catalogue)
    assert {each.name for each in (tmp_path / "new").iterdir()} == {"catalogue.sqlite"}


def test_other_apps_can_be_mounted_on_it(checkpoint):
    app = create_app(Settings(model=str(checkpoint), threads=1))
    other = FastAPI()

    @other.get("/")
    def page() -> str:
        return "a page"

    app.mount("/ui", other)
    with TestClient(app) as client:
        assert client.get("/ui/").json() == "a page"
        assert client.get("/health").status_code == 200


def test_a_model_that_is_not_there_is_told_at_once(tmp_path):
    with pytest.raises(ModelError):
        create_app(Settings(model=str(tmp_path / "none")))


def test_a_catalogue_of_another_model_is_refused_and_let_go(checkpoint, tmp_path):
    with Catalogue.open(tmp_path / "other", dimension=8, fingerprint="another", create=True) as other:
        other.add(["a"], np.eye(1, 8, dtype=np.float32))
    with pytest.raises(CatalogueError, match=r"fingerprint|another model"):
        create_app(Settings(model=str(checkpoint), catalogue=str(tmp_path / "other")))


def test_it_answers_without_torch(checkpoint):
    code = (
        "import sys\n"
        "from fashionkit.service import Settings\n"
        "from fashionkit.service.app import create_app\n"
        "create_app(Settings(model=sys.argv[1], threads=1))\n"
        "print('torch' in sys.modules, flush=True)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, checkpoint], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
