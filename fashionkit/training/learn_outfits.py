"""The steps in which a head learns what goes together, over vectors of items that stand still."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from torch import Tensor

from fashionkit.errors import ModelError
from fashionkit.heads import SetModule
from fashionkit.heads.outfit.spec import OutfitSpec
from fashionkit.losses.ranking import fill_in_the_blank
from fashionkit.models.fashion_model import FashionModel
from fashionkit.training.batches import mixed_batches
from fashionkit.training.outfit_examples import Items, OutfitExamples
from fashionkit.training.outfit_negatives import Substitutes
from fashionkit.training.outfit_vectors import ItemVectors
from fashionkit.training.recipe import Outfits, Phase
from fashionkit.training.schedule import rate
from fashionkit.training.seeds import generator

Sets = Sequence[Items]
PART = 128
"""So many outfits, of about as many items each, are scored at once."""


@dataclass(frozen=True, slots=True)
class OutfitStep:
    """A step that was taken.

    Attributes:
        number: Which, from 0.
        is_last: Whether no other comes.
        epoch: How often every outfit has been seen by now.
        loss: The weighed sum of both losses.
        learning_rate: That it was taken with.
    """

    number: int
    is_last: bool
    epoch: float
    loss: float
    learning_rate: float


def outfit_heads(model: FashionModel) -> tuple[str, ...]:
    """The heads of a model that judge outfits, in order; heads of other kinds that read sets are left as they are."""
    return tuple(name for name in model.set_heads if model.specs[name].kind == OutfitSpec.kind)


def steps_of(outfits: int, settings: Outfits) -> int:
    """How many steps the recipe takes over so many outfits.

    >>> steps_of(300, Outfits(epochs=2, batch_size=128))
    5
    """
    return math.ceil(settings.epochs * outfits / _batch_size(outfits, settings))


def learn_outfits(
    model: FashionModel,
    head: str,
    examples: OutfitExamples,
    vectors: ItemVectors,
    settings: Outfits,
    *,
    seed: int,
) -> Iterator[OutfitStep]:
    """Teaches a head to fill in the blank among items of one family and era, and to tell outfits from mixed ones.

    Nothing is learned before the first step is asked for. What is drawn depends on the seed and the step alone.
    Nothing else of the model is touched, and the head is in evaluation mode between two steps.

    Args:
        model: Whose set head it is.
        head: Its name.
        examples: Outfits of 2 to 16 items; one for whose items there is no substitute teaches by the second of both
            losses alone.
        vectors: Of all of their items.
        settings: How.
        seed: Of everything random.

    Yields:
        Each step, once it is taken.

    Raises:
        DataError: There is no outfit, or an item has no family and era.
        ModelError: The loss is not finite.
    """
    made = examples.outfits
    substitutes = Substitutes(made, examples.pool_of)
    size, steps = _batch_size(len(made), settings), steps_of(len(made), settings)
    order = mixed_batches({"outfits": len(made)}, size, seed)
    phase = Phase(steps=steps, learning_rate=settings.learning_rate, warmup=settings.warmup)
    weights = list(model.heads[head].parameters())
    optimiser = torch.optim.AdamW(weights, lr=settings.learning_rate, weight_decay=settings.weight_decay)
    for step in range(steps):
        draw = generator(seed, "outfits", step)
        batch = [made[place] for place in order.batch(step)]
        model.heads[head].train()
        with torch.enable_grad():
            loss = _loss(model, head, _Drawn.of(batch, substitutes, settings.wrong, draw), vectors, settings, draw)
        if not torch.isfinite(loss):
            raise ModelError(f"the loss of the head {head!r} is {loss.item()} in step {step}; lower its learning rate")
        reached = phase.learning_rate * rate(phase, step, steps)
        for group in optimiser.param_groups:
            group["lr"] = reached
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own
        optimiser.step()
        model.heads[head].eval()
        yield OutfitStep(step, step == steps - 1, (step + 1) * size / len(made), loss.item(), reached)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A batch of outfits and what each is told from.

    Attributes:
        made: B outfits.
        wrong: For each of them W with one item replaced; the outfit itself where nothing can replace any.
        asked: B times whether there is such a replacement.
        mixed: B outfits with every item replaced.
    """

    made: Sets
    wrong: Sequence[Sets]
    asked: Sequence[bool]
    mixed: Sets

    @classmethod
    def of(cls, made: Sets, substitutes: Substitutes, wrong: int, draw: np.random.Generator) -> _Drawn:
        blanks = [substitutes.blanks(outfit, wrong, draw) for outfit in made]
        filled = [found or (outfit,) * wrong for outfit, found in zip(made, blanks, strict=True)]
        return cls(made, filled, list(map(bool, blanks)), [substitutes.mixed(outfit, draw) for outfit in made])


def _loss(  # noqa: PLR0917  # what a step is made of
    model: FashionModel,
    head: str,
    drawn: _Drawn,
    vectors: ItemVectors,
    settings: Outfits,
    draw: np.random.Generator,
) -> Tensor:
    """Both losses, weighed: of choosing among the outfit and its wrong answers, and of outfit against mixed."""
    count, wrong = len(drawn.made), settings.wrong
    sets = [*drawn.made, *drawn.mixed, *(one for row in drawn.wrong for one in row)]
    logits = _logits(model, head, sets, vectors, settings.noise, draw)
    made, mixed, others = logits[:count], logits[count : 2 * count], logits[2 * count :].reshape(count, wrong)
    right = torch.zeros(count, 1 + wrong, dtype=torch.bool, device=logits.device)
    right[:, 0] = True
    offered = torch.tensor(drawn.asked, device=logits.device)[:, None].expand(-1, 1 + wrong)
    ranking = fill_in_the_blank(torch.cat([made, others], dim=1), right, offered)
    # An outfit of which nothing could be replaced is no example of a mixed one.
    answers = [None if one == outfit else False for one, outfit in zip(drawn.mixed, drawn.made, strict=True)]
    targets = torch.from_numpy(model.specs[head].encode([True] * count + answers)).to(logits.device)
    told_apart = cast("SetModule", model.heads[head]).loss(torch.cat([made, mixed]), targets)
    return settings.blanks * ranking + settings.compatibility * told_apart


def _logits(  # noqa: PLR0917  # as above
    model: FashionModel,
    head: str,
    sets: Sets,
    vectors: ItemVectors,
    noise: float,
    draw: np.random.Generator,
) -> Tensor:
    """N×1 logits of outfits whose items are seen in any view, with noise on each."""
    # On the CPU, so that every device sees the same noise.
    random = torch.Generator().manual_seed(int(draw.integers(2**63)))
    # Each part is as long as its longest outfit: all in one would be empty places for the greater part.
    order = np.argsort([len(items) for items in sets], kind="stable")
    logits = []
    for places in np.array_split(order, math.ceil(len(sets) / PART)):
        packed = vectors.packed([sets[place] for place in places], draw)
        items = packed["items"]
        packed["items"] = items + torch.randn(items.shape, generator=random) * noise * items.shape[-1] ** -0.5
        inputs = {name: value.to(model.mean.device) for name, value in packed.items()}
        logits.append(model.score_sets(head, inputs))
    return torch.cat(logits)[torch.from_numpy(np.argsort(order)).to(logits[0].device)]


def _batch_size(outfits: int, settings: Outfits) -> int:
    return min(settings.batch_size, outfits)
