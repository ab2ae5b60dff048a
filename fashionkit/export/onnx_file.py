"""A checkpoint's graph as an ONNX file with metadata inside, without the package `onnx`."""

from __future__ import annotations

# Fields of `ModelProto` and `StringStringEntryProto` in onnx.proto.
_METADATA_PROPS, _ENTRY_KEY, _ENTRY_VALUE = 14, 1, 2
_OF_A_LENGTH = 2
_SEVEN_BITS, _MORE = 0x7F, 0x80


def with_metadata(graph: bytes, key: str, text: str) -> bytes:
    """An ONNX model with one more entry of metadata, which must not have that key already.

    Two messages of protocol buffers in one file are read as one, in which lists are joined ("Protocol Buffers:
    Encoding", last element wins, and repeated fields are concatenated), so an entry can be put behind the model.

    >>> with_metadata(b"", "a", "bc").hex(" ")
    '72 07 0a 01 61 12 02 62 63'
    """
    entry = _field(_ENTRY_KEY, key.encode()) + _field(_ENTRY_VALUE, text.encode())
    return graph + _field(_METADATA_PROPS, entry)


def _field(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | _OF_A_LENGTH) + _varint(len(value)) + value


def _varint(number: int) -> bytes:
    """A whole number, seven bits a byte from the lowest on, the high bit set in all bytes but the last.

    >>> _varint(300).hex(" ")
    'ac 02'
    """
    encoded = bytearray()
    while number > _SEVEN_BITS:
        encoded.append(number & _SEVEN_BITS | _MORE)
        number >>= 7
    return bytes((*encoded, number))
