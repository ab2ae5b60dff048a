"""A model as one ONNX file: `python examples/07_onnx_without_torch.py model.onnx PHOTO …`.

`fashionkit export onnx -o model.onnx` makes the file. All that runs it is here: numpy, onnxruntime and Pillow.
`ORT_DISABLE_TELEMETRY=1` keeps ONNX Runtime from reporting its use over the network.
"""

from __future__ import annotations

import json
import sys

import numpy as np
import onnxruntime
from PIL import Image, ImageOps


def fitted(path: str, rule: dict) -> np.ndarray:
    """A photo at the model's size, as its rule says: height x width x 3 uint8."""
    with Image.open(path) as file:
        photo = ImageOps.exif_transpose(file).convert("RGBA")
    white = (rule["fill"],) * 3
    photo = Image.alpha_composite(Image.new("RGBA", photo.size, (*white, 255)), photo).convert("RGB")
    size, full = (rule["width"], rule["height"]), photo.size
    inner, canvas = size, Image.new("RGB", size, white)
    if rule["fit"] == "crop":
        kept = [min(full[at], max(1, round(full[1 - at] * size[at] / size[1 - at]))) for at in (0, 1)]
        left, top = ((full[at] - kept[at]) // 2 for at in (0, 1))
        photo = photo.crop((left, top, left + kept[0], top + kept[1]))
    if rule["fit"] == "pad":
        scale = min(size[0] / full[0], size[1] / full[1])
        inner = tuple(min(size[at], max(1, round(full[at] * scale))) for at in (0, 1))
    canvas.paste(resized(photo, inner, rule["interpolation"]), tuple((size[at] - inner[at]) // 2 for at in (0, 1)))
    return np.asarray(canvas)


def resized(photo: Image.Image, size: tuple[int, int], interpolation: str) -> Image.Image:
    """`area` averages the pixels under each new one, and is bilinear where a side grows."""
    if interpolation == "area":
        across, down = (shares(photo.size[at], min(size[at], photo.size[at])) for at in (0, 1))
        averaged = np.tensordot(down, np.asarray(photo, np.float32), 1)
        photo = Image.fromarray(np.rint(np.einsum("ijc,kj->ikc", averaged, across)).astype(np.uint8))
    return photo.resize(size, Image.Resampling.BICUBIC if interpolation == "bicubic" else Image.Resampling.BILINEAR)


def shares(old: int, new: int) -> np.ndarray:
    """How much of each new pixel in a row each of the old ones makes up: new x old."""
    edges, starts = np.arange(new + 1)[:, None] * old / new, np.arange(old)
    covered = np.minimum(edges[1:], starts + 1) - np.maximum(edges[:-1], starts)
    return (covered.clip(0) * new / old).astype(np.float32)


def softmax(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Logits of one photo → probabilities."""
    powers = np.exp((logits - logits.max()) / temperature)
    return powers / powers.sum()


def main(model: str, paths: list[str]) -> None:
    """Prints the category and the attributes of each photo, with their probabilities."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    about = json.loads(session.get_modelmeta().custom_metadata_map["fashionkit"])
    heads, rule = about["heads"], about["input"]
    names = [output.name for output in session.get_outputs()]
    for path in paths:
        outputs = dict(zip(names, session.run(names, {rule["name"]: fitted(path, rule)[None]}), strict=True))
        answer = {"photo": path}
        for head in (each for each in heads.values() if each["kind"] in ("category", "attributes")):
            raw = outputs[head["output"]][0]
            whole = {"labels": head.get("labels"), "start": 0, "stop": len(raw), "temperature": head.get("temperature")}
            for name, group in head.get("groups", {head["output"]: whole}).items():
                probabilities = softmax(raw[group["start"] : group["stop"]], group["temperature"])
                best = int(probabilities.argmax())
                answer[name] = [group["labels"][best], round(float(probabilities[best]), 4)]
        print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
