import numpy as np
import pytest
import torch
from small_training import drawn, small_model

from fashionkit import ConfigError
from fashionkit.images import fit, read
from fashionkit.training import features
from fashionkit.training.features import reads_tokens, see


def test_features_are_those_of_each_photo_alone():
    model = small_model().eval()
    photos = [photo.photo for photo in drawn(5)]
    seen, readable = see(model, photos, batch_size=2)
    assert readable.all()
    with torch.no_grad():
        alone = [model.features(torch.from_numpy(fit(read(photo), model.input)[None])).pooled[0] for photo in photos]
    torch.testing.assert_close(seen.pooled, torch.stack(alone))
    assert seen.tokens.shape == (5, 1, 0)


def test_the_model_stays_as_it_was():
    model = small_model().train()
    model.backbone.freeze(2)
    modes = [module.training for module in model.modules()]
    before = {name: value.clone() for name, value in model.state_dict().items()}
    see(model, [photo.photo for photo in drawn(3)])
    assert [module.training for module in model.modules()] == modes
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_what_cannot_be_read_is_said(broken_photo):
    with pytest.warns(UserWarning, match="passed over"):
        _, readable = see(small_model(), [drawn(1)[0].photo, broken_photo])
    assert readable.tolist() == [True, False]


def test_tokens_are_kept_where_a_head_reads_them():
    class Closer(torch.nn.Module):
        def __init__(self, width: int) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(width, 4)

        def forward(self, seen):
            return self.layer(seen.tokens.mean(dim=1))

    model = small_model().eval()
    assert not reads_tokens(model)
    model.heads["category"] = Closer(model.backbone.widths.tokens)
    assert reads_tokens(model)
    seen, _ = see(model, [photo.photo for photo in drawn(3)])
    assert seen.tokens.shape[2] == model.backbone.widths.tokens
    with torch.no_grad():
        photo = torch.from_numpy(fit(read(drawn(1)[0].photo), model.input)[None])
        torch.testing.assert_close(model.answer(seen)["category"][:1], model(photo)["category"], rtol=1e-4, atol=1e-5)


def test_more_than_fits_is_refused(monkeypatch):
    monkeypatch.setattr(features, "MOST_BYTES", 1000)
    with pytest.raises(ConfigError, match="leave `cached` out"):
        see(small_model(), [np.zeros((8, 8, 3), np.uint8)] * 40)
