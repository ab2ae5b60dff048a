from __future__ import annotations

import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from drawing import draw_garment
from hypothesis import given, settings, strategies as st

from fashionkit.errors import ConfigError, DataError
from fashionkit.training.augment import ALTERS, RECIPES, Augmentation, Change, augmentation, kept_for

SIZE = (48, 40)
NAMES = sorted(RECIPES)


def photo(seed=0, size=(40, 48)):
    return np.asarray(draw_garment(seed, size)).copy()


@pytest.mark.parametrize("name", NAMES)
def test_it_gives_uint8_of_the_size_and_leaves_the_photo_alone(name):
    augment, pixels = augmentation(name, SIZE), photo()
    for time in range(30):
        changed = augment(pixels, 0, time)
        assert changed.dtype == np.uint8
        assert changed.shape == (*SIZE, 3)
        assert changed.flags.c_contiguous
        assert not np.shares_memory(changed, pixels)
    assert np.array_equal(pixels, photo())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 90, 3), (300, 2, 3), (28, 28, 3), (48, 40, 3), (500, 400, 3)])
@pytest.mark.parametrize("keeps", [(), ("extent",), ALTERS])
def test_photos_of_any_size_come_out_in_the_models(name, shape, keeps):
    augment = augmentation(name, SIZE, keeps=keeps)
    pixels = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    assert all(augment(pixels, time).shape == (*SIZE, 3) for time in range(30))


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    seed=st.integers(0, 2**63 - 1),
    number=st.integers(0, 10**9),
    time=st.integers(0, 10**6),
)
def test_it_depends_on_seed_and_place_alone(name, seed, number, time):
    augment = augmentation(name, SIZE, seed=seed)
    first = augment(photo(), number, time)
    augment(photo(1), number, time + 1)
    assert np.array_equal(augmentation(name, SIZE, seed=seed)(photo(), number, time), first)


def test_other_places_and_seeds_make_other_changes():
    changed = {
        augmentation("standard", SIZE, seed=seed)(photo(), number, time).tobytes()
        for seed in range(2)
        for number in range(3)
        for time in range(3)
    }
    assert len(changed) == 18


def test_threads_and_processes_make_the_same_changes(request):
    augment = augmentation("strong", SIZE, seed=5)
    expected = [augment(photo(n % 4), n).tobytes() for n in range(80)]
    often = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    request.addfinalizer(lambda: sys.setswitchinterval(often))
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda n: augment(photo(n % 4), n).tobytes(), range(80))) == expected
    again = pickle.loads(pickle.dumps(augment))
    assert again == augment
    assert [again(photo(n % 4), n).tobytes() for n in range(80)] == expected


def test_each_change_comes_as_often_as_it_should_and_apart_from_the_others():
    # Transforms that share a seed would happen together; here each darkens by its own power of two.
    changes = (Change("HorizontalFlip", "side", 0.5), Change("ToGray", "colour", 0.3))
    augment = Augmentation(changes, (2, 2), seed=0)
    pixels = np.array([[[255, 0, 0], [0, 0, 9]]] * 2, np.uint8)
    happened = [augment(pixels, n) for n in range(600)]
    flipped = np.array([each[0, 0].sum() < each[0, 1].sum() for each in happened])
    grey = np.array([bool((each == each[..., :1]).all()) for each in happened])
    assert abs(flipped.mean() - 0.5) < 0.07
    assert abs(grey.mean() - 0.3) < 0.07
    assert abs((flipped & grey).mean() - 0.15) < 0.05


@pytest.mark.parametrize("name", NAMES)
def test_colours_that_are_kept_are_kept(name):
    # One colour all over: every change but those of colours, and a patch that is erased, leaves it as it is.
    pixels = np.full((*SIZE, 3), (120, 60, 180), np.uint8)
    plain = Augmentation(
        tuple(c for c in augmentation(name, SIZE, keeps=("colour",)).changes if c.name != "Erasing"), SIZE
    )
    assert max(np.abs(plain(pixels, n).astype(int) - pixels).max() for n in range(60)) <= 6  # of JPEG
    loud = augmentation(name, SIZE)
    assert max(np.abs(loud(pixels, n).astype(int) - pixels).max() for n in range(60)) > 10


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kept", ALTERS)
def test_what_is_kept_is_left_out_and_nothing_else(name, kept):
    changes = augmentation(name, SIZE, keeps=(kept,)).changes
    assert [c for c in RECIPES[name] if c.alters != kept] == list(changes)


def test_keeping_everything_changes_nothing():
    augment = augmentation("strong", SIZE, keeps=ALTERS)
    assert all(np.array_equal(augment(photo(), n), photo()) for n in range(5))


def test_what_is_left_out_does_not_change_what_the_others_do():
    with_erasing = augmentation("standard", SIZE, keeps=("background", "colour", "detail", "extent"))
    assert [c.name for c in with_erasing.changes] == ["HorizontalFlip"]
    seen = {augment.tobytes() for augment in (with_erasing(photo(), n) for n in range(20))}
    assert seen == {photo().tobytes(), photo()[:, ::-1].tobytes()}


def test_every_recipe_says_what_it_alters():
    for changes in RECIPES.values():
        assert {change.alters for change in changes} <= set(ALTERS)
        assert all(0 < change.chance <= 1 for change in changes)


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        (["sleeve", "neck"], ()),
        (["sleeve", "base_colour"], ("colour",)),
        (["Color"], ("colour",)),
        (["colour_tone"], ("colour",)),
        ([], ()),
    ],
)
def test_what_the_names_of_labels_need(names, kept):
    assert kept_for(names) == kept


@pytest.mark.parametrize(
    ("arguments", "settings_", "message"),
    [
        (("standrad", SIZE), {}, "did you mean 'standard'"),
        (("light", (0, 4)), {}, "size is"),
        (("light", (4,)), {}, "size is"),
        (("light", (1, 4)), {}, "size is"),
        (("light", SIZE), {"keeps": ("color",)}, "did you mean 'colour'"),
        (("light", SIZE), {"seed": -1}, "seed is -1"),
    ],
)
def test_wrong_settings_are_refused(arguments, settings_, message):
    with pytest.raises(ConfigError, match=message):
        augmentation(*arguments, **settings_)


@pytest.mark.parametrize("pixels", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)])
def test_what_are_no_pixels_is_refused(pixels):
    with pytest.raises(DataError, match="pixels have shape"):
        augmentation("light", SIZE)(pixels, 0)


def test_without_albumentations_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "albumentations", None)
    with pytest.raises(ConfigError, match=r"pip install 'fashionkit\[train\]'"):
        augmentation("light", SIZE)


def test_the_network_is_not_asked_for_a_newer_version():
    code = (
        "import socket, urllib.request\n"
        "def refuse(*_, **__): raise SystemExit('the network was asked')\n"
        "socket.getaddrinfo = urllib.request.urlopen = refuse\n"
        "from fashionkit.training.augment import augmentation\n"
        "augmentation('light', (8, 8))\n"
    )
    environment = {key: value for key, value in os.environ.items() if key != "NO_ALBUMENTATIONS_UPDATE"}
    subprocess.run([sys.executable, "-W", "error::UserWarning", "-c", code], check=True, env=environment)
