"""`check_backbone`: tests of what the rest of the package relies on in a backbone."""

from __future__ import annotations

import torch

from fashionkit.errors import FashionkitError, ModelError, first_line
from fashionkit.models.backbone import Backbone

PHOTOS = 3
TOLERANCE = 1e-4


def check_backbone(name: str, *, size: tuple[int, int] | None = None) -> None:
    """Checks that a timm model can be a backbone: shapes, independent photos, gradients, freezing by stage.

    Args:
        name: A timm model name; random weights are used.
        size: Height and width of the photos; the model's own where None. Smaller is faster.

    Raises:
        ModelError: It cannot be; the message says why.

    >>> check_backbone("test_vit", size=(64, 64))
    """
    # Whoever calls the check keeps their own course of random numbers.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        backbone = Backbone(name, size=size)
        photos = torch.rand(PHOTOS, 3, *backbone.size)
        try:
            _check_features(backbone, photos)
            _check_gradients(backbone, photos)
            for stages in {0, 1, backbone.n_stages // 2, backbone.n_stages}:
                _check_freezing(backbone, photos, stages)
        except FashionkitError:
            raise
        except Exception as error:  # models written by many hands fail in as many ways
            reason = first_line(error)
            raise ModelError(f"{name} cannot be a backbone: {reason}") from error


def _check_features(backbone: Backbone, photos: torch.Tensor) -> None:
    backbone.eval()
    with torch.no_grad():
        pooled, tokens = backbone(photos)
        alone = backbone(photos[1:2]).pooled
        other = backbone(1 - photos).pooled
    _expect(pooled.shape == (PHOTOS, backbone.widths.pooled), backbone, f"pooled features are {tuple(pooled.shape)}")
    _expect(
        tokens.ndim == 3 and (tokens.shape[0], tokens.shape[2]) == (PHOTOS, backbone.widths.tokens),  # noqa: PLR2004
        backbone,
        f"tokens are {tuple(tokens.shape)}",
    )
    _expect(bool(torch.isfinite(pooled).all()), backbone, "features are not finite")
    scale = max(1.0, float(pooled.abs().max()))
    _expect(
        torch.allclose(pooled[1:2], alone, atol=TOLERANCE * scale), backbone, "a photo's features depend on its batch"
    )
    _expect(not torch.equal(pooled, other), backbone, "different photos have the same features")


def _check_gradients(backbone: Backbone, photos: torch.Tensor) -> None:
    backbone.freeze(0).train()
    backbone.zero_grad()
    backbone(photos).pooled.square().mean().backward()
    without = [name for name, weight in backbone.named_parameters() if weight.grad is None]
    _expect(not without, backbone, f"no gradient reaches {', '.join(without[:3])}")


def _check_freezing(backbone: Backbone, photos: torch.Tensor, stages: int) -> None:
    """Takes a step of training and looks at what moved: nothing that is frozen, statistics included."""
    backbone.freeze(stages).train()
    frozen = [weight for stage in range(stages) for weight in backbone.stage_parameters(stage)]
    learning = [weight for stage in range(stages, backbone.n_stages) for weight in backbone.stage_parameters(stage)]
    _expect(all(not weight.requires_grad for weight in frozen), backbone, f"stages 0 to {stages} still learn")
    _expect(all(weight.requires_grad for weight in learning), backbone, f"stages from {stages} on do not learn")
    before = {name: value.clone() for name, value in backbone.model.state_dict().items()}
    if learning:
        backbone.zero_grad()
        backbone(photos).pooled.square().mean().backward()
        torch.optim.SGD(learning, lr=0.1, momentum=0.9).step()
    else:
        backbone(photos)
    moved = {name for name, value in backbone.model.state_dict().items() if not torch.equal(value, before[name])}
    wrong = [name for name in moved if backbone.stage_of(name) < stages]
    _expect(not wrong, backbone, f"with {stages} stages frozen, {', '.join(wrong[:3])} still moved")
    backbone.model.load_state_dict(before)


def _expect(holds: bool, backbone: Backbone, otherwise: str) -> None:
    if not holds:
        raise ModelError(f"{backbone.name} cannot be a backbone: {otherwise}")
