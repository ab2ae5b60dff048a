import msgspec
import pytest

from fashionkit.images import InputRule

pytestmark = pytest.mark.light


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"size": (0, 224)}, "size"),
        ({"size": (224, -1)}, "size"),
        ({"size": (224, 5000)}, "4096"),
        ({"size": (224,)}, "size"),
        ({"size": (224, 224, 3)}, "size"),
        ({"size": [224, 224]}, "size"),
        ({"size": (224.0, 224)}, "size"),
        ({"size": (True, 224)}, "size"),
        ({"size": 224}, "size"),
        ({"size": None}, "size"),
        ({"size": (224, 224), "fit": "crp"}, "did you mean 'crop'"),
        ({"size": (224, 224), "fit": None}, "fit"),
        ({"size": (224, 224), "interpolation": "lanczos"}, "known: area, bicubic, bilinear|Known"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused(values, reason):
    with pytest.raises(ValueError, match=reason):
        InputRule(**values)


@pytest.mark.parametrize(
    "text",
    [
        b'{"size": [0, 1]}',
        b'{"size": [1, 1], "fit": "stretch"}',
        b'{"size": [1, 1], "colour": "bgr"}',
        b'{"size": [1, 1, 1]}',
        b"{}",
        b'{"size": "224"}',
    ],
)
def test_a_file_is_validated_too(text):
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=InputRule)


def test_a_rule_is_a_value_that_survives_a_file():
    rule = InputRule(size=(224, 168), fit="pad", interpolation="bicubic")
    assert msgspec.json.decode(msgspec.json.encode(rule), type=InputRule) == rule
    assert hash(rule) == hash(InputRule((224, 168), "pad", "bicubic"))
    with pytest.raises(AttributeError):
        rule.fit = "crop"
