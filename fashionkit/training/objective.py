"""What a training brings down: the losses of all heads, weighed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, TypeAlias, cast

from numpy.typing import NDArray
from torch import Tensor, nn

from fashionkit.errors import ConfigError, FashionkitError, did_you_mean, first_line
from fashionkit.heads import HeadSpec
from fashionkit.heads.attributes.spec import AttributesSpec
from fashionkit.heads.category.spec import CategorySpec
from fashionkit.losses.embedding import EMBEDDING_LOSSES, embedding_loss
from fashionkit.losses.uncertainty import UncertaintyWeighting
from fashionkit.models.fashion_model import FashionModel
from fashionkit.training.attribute_loss import AttributeLoss
from fashionkit.training.label_loss import OF_LABELS, LabelLoss
from fashionkit.training.mixing import Mixture
from fashionkit.training.recipe import HeadLoss, Recipe

Loss: TypeAlias = Callable[[Tensor, Tensor], Tensor]

OWN = "own"


class Objective(nn.Module):
    """The weighed sum of the losses of all heads that read photos.

    Its parameters, where losses have some, learn beside the model.

    Args:
        model: Whose heads bring their own losses.
        targets: All targets of the training photos, by head; some losses count what there is.
        recipe: Which losses, and what each weighs.

    Raises:
        ConfigError: The recipe names a head or a loss that there is not, or arguments that the loss does not take.
    """

    def __init__(self, model: FashionModel, targets: Mapping[str, NDArray[Any]], recipe: Recipe) -> None:
        super().__init__()
        for name in recipe.heads:
            if name not in model.photo_heads:
                raise ConfigError(
                    f"the recipe has a loss for the head {name!r}; {did_you_mean(name, model.photo_heads)}"
                )
        settings = {name: recipe.heads.get(name, HeadLoss()) for name in model.photo_heads}
        self.losses = {
            name: _loss(name, model.specs[name], model.heads[name], targets[name], each)
            for name, each in settings.items()
        }
        self.mixable = {name for name in settings if model.specs[name].kind == "category"}
        self.weights = {name: each.weight for name, each in settings.items()}
        # Losses with weights, of their own or of labels, are modules, which torch must know as such.
        self.learning = nn.ModuleList(loss for loss in self.losses.values() if isinstance(loss, nn.Module))
        self.balance = UncertaintyWeighting(self.losses) if recipe.balance == "uncertainty" else None

    def forward(
        self,
        raw: Mapping[str, Tensor],
        targets: Mapping[str, Tensor],
        known: Collection[str],
        mixture: Mixture | None = None,
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """The total, and each head's own loss without its weight.

        Args:
            raw: By head, the outputs of N photos.
            targets: By head, N rows.
            known: The heads of which at least one label of the batch is known.
            mixture: Which of the photos were mixed, for the losses of categories.
        """
        losses = {
            name: loss(raw[name], targets[name])
            if mixture is None or name not in self.mixable
            else mixture.loss(loss, raw[name], targets[name])
            for name, loss in self.losses.items()
        }
        weighed = {name: self.weights[name] * loss for name, loss in losses.items()}
        if self.balance is None:
            return sum(weighed.values(), start=next(iter(weighed.values())).new_zeros(())), losses
        # What is not known is 0 with a gradient of 0, so that every weight has a gradient in every step.
        certain = self.balance({name: loss for name, loss in weighed.items() if name in known})
        return certain + sum(loss for name, loss in weighed.items() if name not in known), losses


def _loss(name: str, spec: HeadSpec, module: nn.Module, targets: NDArray[Any], settings: HeadLoss) -> Loss:
    named = _named(spec, targets, settings)
    if settings.loss == OWN:
        if settings.arguments:
            raise ConfigError(f"the own loss of the head {name!r} takes no arguments; name a loss beside them")
        return cast("Loss", module.loss)
    if settings.loss not in named:
        raise ConfigError(
            f"the head {name!r} has no loss {settings.loss!r}; {did_you_mean(settings.loss, [OWN, *named])}"
        )
    try:
        return named[settings.loss]()
    except FashionkitError:
        raise
    except TypeError as error:
        raise ConfigError(f"the loss {settings.loss!r} of the head {name!r}: {first_line(error)}") from error


def _named(spec: HeadSpec, targets: NDArray[Any], settings: HeadLoss) -> dict[str, Callable[[], Loss]]:
    """The losses that a head can have beside its own, each made when it is called."""
    if isinstance(spec, CategorySpec):
        return {name: partial(LabelLoss, name, spec.labels, targets, **settings.arguments) for name in OF_LABELS}
    if spec.kind == "embedding":
        identities = targets.tolist()
        return {
            name: partial(embedding_loss, name, dimension=spec.width, identities=identities, **settings.arguments)
            for name in EMBEDDING_LOSSES
        }
    if isinstance(spec, AttributesSpec):
        return {"parts": partial(AttributeLoss, spec, targets, **settings.arguments)}
    return {}
