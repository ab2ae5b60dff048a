"""What was found, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fashionkit.runtime.pipeline import BATCH_SIZE

NAMES = {
    "ours": "fashionkit, all heads",
    "timm_loop": "timm, PIL, DataLoader, eager",
    "sentence_transformers_encode": "sentence-transformers, `encode`",
    "open_metric_learning": "open-metric-learning, `inference`",
    "fashion_clip_encode": "fashion-clip, `encode_images`",
}


def page(found: Mapping[str, Any]) -> str:
    """Markdown."""
    return "\n".join([*_lines(found), ""])


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    told = ", ".join(f"{name} {said}" for name, said in found["machine"].items())
    yield "# Throughput"
    yield ""
    yield f"{found['threads']} threads on every side, photos at {found['size']} px. {told[0].upper()}{told[1:]}."
    for size, each in found["photos"].items():
        yield from ["", f"## JPEG files of {size}", "", "| way | photos/s | model |", "|---|---|---|"]
        for way, said in each["end to end"].items():
            yield (
                f"| {NAMES[way]} | {said['photos/s']:,.1f} | {said['model']} |"
                if isinstance(said, Mapping)
                else f"| {NAMES[way]} | {said} | |"
            )
        yield f"| bound: fastest decoder, pass at its best, all cores busy | {each['bound, photos/s']:,.1f} | |"
        yield ""
        yield (
            f"fashionkit reaches {each['ours, of the bound']:.2f} of the bound and "
            f"{each['ours, times the timm loop']:.1f} times the timm loop."
        )
        yield from _table("Where the time goes, core-milliseconds a photo", _spent(each, found["threads"]))
        yield from _table("One photo in a warm process, ms", each["one photo, warm, ms"])
        yield from _table("Stages alone, ms a photo", each["stages, ms a photo"])
    yield from _table("A process from its start to its first answer", found["a process to its first answer"])
    yield from _table("Training, EfficientNet-Lite0, all of it", found["training"])


def _spent(each: Mapping[str, Any], threads: int) -> dict[str, float]:
    """What a photo costs from file to answers on all cores, by what its stages cost alone."""
    took = each["stages, ms a photo"]
    spent = {name: took[name] for name in ("read", "decode", "fit", "read answers")}
    spent["pass"] = threads * took[f"pass, {BATCH_SIZE} at once, {threads} side by side"]
    whole = 1e3 * threads / each["end to end"]["ours"]["photos/s"]
    return spent | {"the rest: Python, threads, the start and end of the stream": whole - sum(spent.values())}


def _table(title: str, values: Mapping[str, float]) -> Iterator[str]:
    yield from ["", f"### {title}", "", "| what | value |", "|---|---|"]
    yield from (f"| {name} | {value:,.3g} |" for name, value in values.items())
