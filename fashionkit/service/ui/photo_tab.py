"""The tab of one photo: what it is, what it is like, why, and what looks like it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import gradio as gr
from PIL import Image

from fashionkit.errors import ModelError
from fashionkit.service.offers import Offers
from fashionkit.service.problems import Problem, without_places
from fashionkit.service.settings import Settings
from fashionkit.service.ui import drawn
from fashionkit.service.ui.asked import ask, photo_of
from fashionkit.service.ui.seeing import Sight, see
from fashionkit.service.ui.stock import Stock
from fashionkit.service.ui.why import Why

WELCOME = "Drop a photo of a garment: one item, as large in the photo as can be."


class PhotoTab:
    """What the tab does; `lay_out` puts it on the page.

    Args:
        offers: The tasks.
        settings: How long an answer may take.
        stock: What is searched; None where the model cannot search.
    """

    def __init__(self, offers: Offers, settings: Settings, stock: Stock | None) -> None:
        self._offers = offers
        self._settings = settings
        self._stock = stock
        self._why = Why(offers.model)

    def lay_out(self) -> None:
        """Puts the tab into the blocks that are being made."""
        with gr.Row():
            with gr.Column(min_width=300):
                photo = gr.Image(
                    label="Photo",
                    type="filepath",
                    sources=["upload", "clipboard"],
                    height=400,
                    buttons=[],
                    elem_id="photo",
                )
            with gr.Column(min_width=300):
                answers = gr.HTML(drawn.note(WELCOME), elem_id="answers")
            with gr.Column(min_width=300):
                about = gr.Dropdown(label="What made it say so", choices=[], interactive=True, elem_id="about")
                why = gr.Image(label="Red speaks for it most", height=400, interactive=False, buttons=[], elem_id="why")
                why_not = gr.HTML("", elem_id="why-not")
        title = f"Closest in: {self._stock.title}" if self._stock else "Closest"
        closest = gr.Gallery(
            label=title, columns=4, object_fit="contain", allow_preview=False, buttons=[], interactive=False,
            height="auto", elem_id="closest",
        )  # fmt: skip
        seen = photo.change(
            self.see, photo, [answers, about, closest], preprocess=False, api_name="see", show_progress="minimal"
        )
        asking: dict[str, Any] = {
            "fn": self.explain,
            "inputs": [photo, about],
            "outputs": [why, why_not],
            "preprocess": False,
        }
        for begin, name in ((seen.then, None), (about.input, "explain")):
            begin(**asking, api_name=name, concurrency_limit=1, concurrency_id="explain", show_progress="minimal")

    def see(self, sent: Any) -> tuple[str, Any, list[Any]]:
        """What is said of a photo: HTML, the answers that can be explained, and the closest items."""

        def work() -> Sight | None:
            photo = photo_of(sent)
            return None if photo is None else see(photo, self._offers, self._stock)

        asked = ask(work, self._settings.timeout, self._offers.hidden)
        if asked.refusal:
            return drawn.refusal(asked.refusal), gr.Dropdown(choices=[], value=None), []
        if asked.answer is None:
            return drawn.note(WELCOME), gr.Dropdown(choices=[], value=None), []
        choices = [(about.words, f"{about.name}={about.value}") for about in asked.answer.about]
        first = choices[0][1] if choices else None
        return drawn.sight(asked.answer), gr.Dropdown(choices=choices, value=first), list(asked.answer.closest)

    def explain(self, sent: Any, about: Any) -> tuple[Any, str]:
        """Where in the photo an answer comes from: a picture, or one line that says why there is none."""
        if not isinstance(about, str):
            return None, ""
        name, _, value = about.partition("=")

        def work() -> Image.Image | None:
            photo = photo_of(sent)
            try:
                return None if photo is None else self._why.picture(photo, name, value)
            except ModelError as error:  # no torch here, or a backbone that cannot be explained: nothing is wrong
                raise Problem(HTTPStatus.NOT_FOUND, without_places(str(error), self._offers.hidden)) from error

        asked = ask(work, self._settings.timeout, self._offers.hidden)
        return asked.answer, drawn.note(asked.refusal) if asked.refusal else ""
