"""What answers look like, for OpenAPI; the answers themselves are written by the results."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """What all answers share: no member but those that are named."""

    model_config = ConfigDict(extra="forbid")


class GuessAnswer(Answer):
    """One label with its probability."""

    label: str = Field(examples=["shirt"])
    probability: float = Field(ge=0, le=1, examples=[0.912])
    kind: str | None = Field(examples=["tops"])


class CategoryAnswer(GuessAnswer):
    """What a garment is, and what else it may be."""

    top: list[GuessAnswer]


class ChoiceAnswer(Answer):
    """The answer of a group of labels that exclude each other."""

    label: str = Field(examples=["long"])
    probability: float = Field(ge=0, le=1, examples=[0.87])
    applies: bool = Field(description="Whether the garment can have this at all: trousers have no sleeve.")


class NumberAnswer(Answer):
    """The answer of a numeric attribute."""

    value: float = Field(examples=[2017.3])
    unit: str = Field(examples=[""])


class AttributesAnswer(Answer):
    """What a garment is like."""

    groups: dict[str, ChoiceAnswer]
    tags: dict[str, float] = Field(examples=[{"striped": 0.93}])
    numbers: dict[str, NumberAnswer]


class OutfitAnswer(Answer):
    """How well garments go together."""

    score: float = Field(ge=0, le=1, examples=[0.74])
    weakest: int | None = Field(description="The place, from 0, of the one without which the rest scores best.")
    without: list[float] | None = Field(examples=[[0.71, 0.9, 0.66]])


class SuggestionAnswer(Answer):
    """One item that would complete an outfit."""

    item: str = Field(examples=["boots-7"])
    score: float = Field(ge=0, le=1, examples=[0.88])


class SuggestionsAnswer(Answer):
    """What would complete an outfit, best first."""

    suggestions: list[SuggestionAnswer]


class HitAnswer(Answer):
    """One item that a search found."""

    id: str = Field(examples=["shirt-1"])
    score: float = Field(description="Cosine similarity, in [-1, 1].", examples=[0.83])
    metadata: dict[str, Any] = Field(examples=[{"kind": "tops", "price": 20}])


class HitsAnswer(Answer):
    """What looks like it, most similar first."""

    hits: list[HitAnswer]


class ItemAnswer(Answer):
    """An item as it is stored now."""

    id: str = Field(examples=["shirt-1"])
    metadata: dict[str, Any] = Field(examples=[{"kind": "tops", "category": "shirt", "price": 20}])


class HealthAnswer(Answer):
    """That the service runs."""

    status: str = Field(examples=["ok"])
    version: str


class ReadyAnswer(Answer):
    """That the service answers, and with what."""

    status: str = Field(examples=["ready"])
    engine: str = Field(examples=["onnx"])
    heads: list[str] = Field(examples=[["category", "attributes", "embedding", "outfit"]])
    items: int | None = Field(description="How many the catalogue holds; null where there is none.", examples=[1200])


class ProblemAnswer(BaseModel):
    """What went wrong (RFC 9457)."""

    title: str = Field(examples=["Unprocessable Content"])
    status: int = Field(ge=400, le=599, examples=[422])
    detail: str = Field(examples=["shirt.jpg: the file is cut off or damaged (OSError: image file is truncated)"])
