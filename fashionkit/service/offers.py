"""What a service can do: its tasks over the one model, and its catalogue where it has one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Self

import numpy as np

from fashionkit.catalogue import Catalogue
from fashionkit.errors import ModelError
from fashionkit.models.source import DEFAULT
from fashionkit.runtime import EngineOptions
from fashionkit.service.batching import ServedModel
from fashionkit.service.metrics import Metrics
from fashionkit.service.problems import Problem
from fashionkit.service.settings import Settings
from fashionkit.tasks import Analyzer, AttributePredictor, Classifier, OutfitScorer, Retriever


@dataclass(frozen=True)
class Offers:
    """What can be asked. A task that the model has no head for is a problem when it is asked for.

    Attributes:
        model: The one model.
        catalogue: The one catalogue, where there is one.
    """

    model: ServedModel
    catalogue: Catalogue | None

    @classmethod
    def open(cls, settings: Settings, metrics: Metrics) -> Self:
        """Loads the model, asks it once, and opens the catalogue.

        Raises:
            ModelError, ConfigError, EngineError: The model cannot be loaded or run.
            CatalogueError: The catalogue cannot be opened, or is of another model.
        """
        # One thread computes a batch, and as many batches run at once as there are cores: a batch that is shared among
        # threads, which wait for each other at every layer, takes more core-seconds a photo.
        loaded = ServedModel.load(settings.model, EngineOptions(threads=1), settings.limits)
        model = replace(loaded, count=settings.lanes, observe=metrics.batches.observe)
        offers = cls(model, _catalogue(settings, model))
        try:
            offers.warm_up()
        except BaseException:
            offers.close()
            raise
        return offers

    @cached_property
    def analyzer(self) -> Analyzer:
        """All heads."""
        return Analyzer(self.model)

    @cached_property
    def classifier(self) -> Classifier:
        """What it is."""
        with _offered():
            return Classifier(self.model)

    @cached_property
    def attributes(self) -> AttributePredictor:
        """What it is like."""
        with _offered():
            return AttributePredictor(self.model)

    @cached_property
    def outfits(self) -> OutfitScorer:
        """What goes with it."""
        with _offered():
            return OutfitScorer(self.model)

    @cached_property
    def retriever(self) -> Retriever:
        """What looks like it."""
        if self.catalogue is None:
            raise Problem(
                HTTPStatus.NOT_FOUND, "this service has no catalogue; it is given one with fashionkit serve --catalogue"
            )
        return Retriever(self.catalogue, self.model)

    @property
    def hidden(self) -> Mapping[str, str]:
        """Folders of this machine, each with the word that takes its place in answers."""
        places = {}
        if self.catalogue is not None:
            places[str(self.catalogue.folder)] = "the catalogue"
        if self.model.source != DEFAULT:
            places[str(self.model.source)] = "the model"
        return places

    def warm_up(self) -> None:
        """Loads the graphs now, so that the first request does not wait and a graph that is damaged is told early."""
        self.analyzer.analyze(np.zeros((*self.model.rule.size, 3), np.uint8))
        with contextlib.suppress(Problem):
            self.outfits.score([np.zeros((8, 8, 3), np.uint8)] * 2)

    def close(self) -> None:
        """Ends what runs, then closes the catalogue."""
        self.model.close()
        if self.catalogue is not None:
            self.catalogue.close()


def _catalogue(settings: Settings, model: ServedModel) -> Catalogue | None:
    if settings.catalogue is None:
        return None
    head = model.head("embedding")
    return Catalogue.open(
        Path(settings.catalogue),
        dimension=model.specs[head].width,
        fingerprint=model.fingerprints[head],
        create=settings.create,
    )


@contextmanager
def _offered() -> Iterator[None]:
    try:
        yield
    except ModelError as error:
        raise Problem(HTTPStatus.NOT_FOUND, str(error)) from error
