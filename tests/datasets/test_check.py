from __future__ import annotations

import shutil

import pytest
from drawing import draw_garment

from fashionkit.datasets import Problem, check
from fashionkit.errors import ConfigError, DataError

pytestmark = pytest.mark.light


@pytest.fixture
def folder(tmp_path, draw, write):
    """Twelve different photos, two labels, nothing wrong."""
    for seed in range(12):
        draw(tmp_path / f"{seed}.png", seed)
    write("labels.csv", header() + "".join(row(seed) for seed in range(12)))
    return tmp_path


def header() -> str:
    return "file,label,split,group\n"


def row(seed: int, label: str | None = None, split: str | None = None, group: str = "") -> str:
    label = ("dress", "shirt")[seed % 2] if label is None else label
    split = ("train" if seed < 8 else "val") if split is None else split
    return f"{seed}.png,{label},{split},{group}\n"


def found(folder, **arguments) -> dict[str, Problem]:
    problems = check(folder, **{"fewest": 1, **arguments})
    severities = [problem.severity for problem in problems]
    assert severities == sorted(severities, key=["error", "warning", "note"].index)
    return {problem.what: problem for problem in problems}


def test_nothing_is_found_where_all_is_well(folder):
    assert check(folder, fewest=4) == []


def test_every_row_that_cannot_be_used_is_told(folder, write):
    bad = "none.png,dress,train,\ngone.png,dress,train,\n../x.png,dress,train,\n0.png,dress,train,\nshort\n"
    write("labels.csv", header() + "".join(row(seed) for seed in range(12)) + bad)
    problems = found(folder)
    missing = problems["photo is missing"]
    assert (missing.severity, missing.how_many) == ("error", 2)
    assert "labels.csv, line 14" in missing.where
    assert set(problems) == {
        "photo is missing",
        "photo is outside the folder",
        "photo stands there twice",
        "row does not fit the header",
    }


def test_photos_are_opened(folder, broken_photo):
    shutil.copy(broken_photo, folder / "3.png")
    (folder / "5.png").write_bytes(b"")
    broken = found(folder)["photos that cannot be read"]
    assert (broken.severity, broken.how_many) == ("error", 2)
    assert broken.where.startswith("3.png (")


def test_small_photos_are_noted(folder):
    draw_garment(4, (20, 30)).save(folder / "4.png")
    assert found(folder)["photos of fewer than 32 pixels on their shorter side"].where == "4.png"
    assert found(folder, smallest=20) == {}


def test_the_same_photo_in_two_splits_is_an_error(folder):
    shutil.copy(folder / "0.png", folder / "10.png")
    leak = found(folder)["the same photo in several splits"]
    assert (leak.severity, leak.where, leak.how_many) == ("error", "0.png = 10.png", 1)


def test_the_same_photo_with_two_labels_is_a_warning(folder):
    shutil.copy(folder / "0.png", folder / "1.png")
    assert found(folder)["the same photo with different labels"].severity == "warning"


def test_the_same_photo_twice_in_a_split_is_a_note(folder):
    shutil.copy(folder / "0.png", folder / "2.png")
    assert found(folder)["the same photo more than once"].severity == "note"


def test_nearly_the_same_photo_in_two_splits_is_a_warning(tmp_path, write):
    draw_garment(3, (180, 240)).save(tmp_path / "0.png")
    draw_garment(3, (180, 240)).save(tmp_path / "9.jpg", quality=90)
    write("labels.csv", header() + row(0) + "9.jpg,dress,val,\n")
    near = found(tmp_path)["nearly the same photos in several splits"]
    assert (near.severity, near.where) == ("warning", "0.png ~ 9.jpg")


def test_small_photos_are_not_compared(tmp_path, write):
    draw_garment(3, (31, 40)).save(tmp_path / "0.png")
    draw_garment(3, (31, 40)).save(tmp_path / "9.webp", lossless=True)
    write("labels.csv", header() + row(0) + "9.webp,dress,val,\n")
    near = "nearly the same photos in several splits"
    assert near not in found(tmp_path)
    assert near in found(tmp_path, smallest=31)


def test_groups_that_are_cut_are_an_error(folder, write):
    rows = [row(seed, group="twins" if seed in (0, 9) else str(seed)) for seed in range(12)]
    write("labels.csv", header() + "".join(rows))
    cut = found(folder)["groups that are cut by a split"]
    assert (cut.severity, cut.where, cut.how_many) == ("error", "twins", 1)


@pytest.mark.parametrize(
    ("label", "what", "told"),
    [
        ("cape", "labels of category that no train photo has", ("warning", "cape")),
        ("Dress", "labels of category in several spellings", ("warning", "Dress / dress")),
        ("N/A", "category has labels that seem to say nothing", ("warning", "N/A")),
        ("None", "category has labels that seem to say nothing", ("warning", "None")),
        ("", "category is not known", ("note", "1 of 12 photos")),
    ],
)
def test_labels_that_are_odd_are_told(folder, write, label, what, told):
    write("labels.csv", header() + "".join(row(seed, label if seed == 11 else None) for seed in range(12)))
    problem = found(folder)[what]
    assert (problem.severity, problem.where, problem.how_many) == (*told, 1)


def test_rare_labels_are_noted(folder):
    assert found(folder, fewest=5)["labels of category that fewer than 5 train photos have"].where == "dress, shirt"


def test_one_label_is_told(folder, write):
    write("labels.csv", header() + "".join(row(seed, "dress") for seed in range(12)))
    assert found(folder)["category has one label only"].severity == "warning"


def test_no_label_at_all_is_an_error(folder, write):
    write("labels.csv", "file\n0.png\n")
    assert found(folder)["no photo has a label"].severity == "error"


@pytest.mark.parametrize(
    ("split_of", "what"),
    [
        (lambda seed: "", "photos without a split"),
        (lambda seed: "" if seed == 3 else None, "photos without a split, where others have one"),
        (lambda seed: "test", "no split is called train"),
    ],
)
def test_splits_that_are_odd_are_told(folder, write, split_of, what):
    write("labels.csv", header() + "".join(row(seed, split=split_of(seed)) for seed in range(12)))
    assert what in found(folder)


def test_outfits_are_looked_through(tmp_path, write, draw):
    for seed in range(1, 5):
        draw(tmp_path / f"{seed}.png", seed)
    write("items.csv", "item,file,family,type\n" + "".join(f"i{n},{n}.png,Tops,Shirt\n" for n in range(1, 5)))
    write("outfits.csv", "outfit,era,split,items\n1,,train,i1 i2\n2,,val,i2 i1\n3,,val,i3\n")
    write("fitb.csv", "outfit,era,split,context,answer,wrong\n1,,val,i1 i2,i2,i3\n")
    assert {what: problem.severity for what, problem in found(tmp_path).items()} == {
        "the same outfit in several splits": "error",
        "questions that show their answer": "error",
        "outfits of fewer than two items": "warning",
        "items that no outfit holds": "note",
    }
    (tmp_path / "2.png").unlink()
    problems = found(tmp_path)
    assert problems["photo is missing"].how_many == 1
    assert problems["outfit cannot be used"].how_many == 3


def test_progress_is_told_for_each_photo(folder):
    told = []
    check(folder, progress=lambda done, of: told.append((done, of)), threads=2)
    assert told == [(done, 12) for done in range(1, 13)]


def test_what_is_no_data_set_is_refused(tmp_path):
    with pytest.raises(DataError, match="no data set"):
        check(tmp_path)


@pytest.mark.parametrize("name", ["fewest", "smallest", "threads"])
def test_a_count_that_is_none_is_refused(folder, name):
    with pytest.raises(ConfigError, match=name):
        check(folder, **{name: -1})


@pytest.mark.slow
@pytest.mark.parametrize("name", ["clothing", "street", "products", "articles", "design", "outfits"])
def test_the_real_sets_have_no_errors(data, name):
    assert [problem for problem in check(data / name) if problem.severity == "error"] == []
