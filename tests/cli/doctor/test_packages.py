from __future__ import annotations

import pytest

from fashionkit.cli.doctor.packages import Requirement, check_packages, clashes, core, extras, parsed

pytestmark = pytest.mark.light


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("numpy>=2.3", Requirement("numpy")),
        ("Opencv_Python_Headless>=4", Requirement("opencv-python-headless")),
        ("faiss-gpu>=1.14; sys_platform == 'linux' and platform_machine == 'x86_64'", Requirement("faiss-gpu")),
        ('torch>=2.13; extra == "train"', Requirement("torch", "train")),
        ("uvicorn[standard]>=0.5; extra=='service'", Requirement("uvicorn", "service")),
        ("fashionkit[train]; extra == 'dev'", Requirement("fashionkit", "dev")),
    ],
)
def test_lines_of_metadata_are_read(line, expected):
    assert parsed(line) == expected


@pytest.mark.parametrize(
    ("installed", "expected"),
    [
        ({"numpy": "2", "faiss-cpu": "1"}, [("faiss-cpu", "ok"), ("numpy", "ok")]),
        ({"numpy": "2", "faiss-gpu": "1"}, [("faiss-gpu", "ok"), ("numpy", "ok")]),
        ({"faiss-gpu": "1"}, [("faiss-gpu", "ok"), ("numpy", "wrong")]),
        ({"numpy": "2"}, [("faiss", "wrong"), ("faiss", "wrong"), ("numpy", "ok")]),
    ],
)
def test_either_faiss_is_enough_and_everything_else_is_needed(installed, expected):
    needed = [Requirement("faiss-cpu"), Requirement("faiss-gpu"), Requirement("numpy"), Requirement("torch", "train")]
    assert sorted((finding.name, finding.state) for finding in core(needed, installed)) == expected


def test_an_extra_that_is_half_there_names_what_is_missing():
    needed = [Requirement("torch", "train"), Requirement("timm", "train"), Requirement("ruff", "dev")]
    (half,) = extras(needed, {"torch": "2.15"})
    assert half.state == "note"
    assert half.detail == "torch 2.15; not installed: timm"
    assert half.remedy == "pip install 'fashionkit[train]'"
    (whole,) = extras(needed, {"torch": "2.15", "timm": "1"})
    assert whole.state == "ok"


@pytest.mark.parametrize(
    ("installed", "expected"),
    [
        (["faiss-cpu", "opencv-python-headless"], []),
        (["opencv-python"], []),
        (["faiss-cpu", "faiss-gpu"], ["faiss twice"]),
        (["opencv-python", "opencv-python-headless"], ["opencv twice"]),
        (
            ["faiss-cpu", "faiss-gpu", "opencv-contrib-python", "opencv-python-headless"],
            ["faiss twice", "opencv twice"],
        ),
    ],
)
def test_packages_in_each_others_way_are_found(installed, expected):
    found = list(clashes(dict.fromkeys(installed, "1")))
    assert [finding.name for finding in found] == expected
    assert all("--force-reinstall --no-deps" in finding.remedy for finding in found)


def test_what_is_installed_here_is_complete():
    assert not [finding for finding in check_packages() if finding.state == "wrong"]
