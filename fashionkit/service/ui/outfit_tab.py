"""The tab of outfits: garments to choose from, how well they go together, and what would complete them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import gradio as gr

from fashionkit.service.offers import Offers
from fashionkit.service.problems import Problem
from fashionkit.service.settings import Settings
from fashionkit.service.ui import drawn
from fashionkit.service.ui.asked import ask
from fashionkit.service.ui.judging import Judgement, chosen_of, judge, toggled
from fashionkit.service.ui.stock import Stock

Shown: TypeAlias = tuple[Any, Any, str, Any, Any, Any]
"""Ids of the outfit, its gallery, the verdict, ids that were suggested, their gallery, and that of the wardrobe."""


class OutfitTab:
    """What the tab does; `lay_out` puts it on the page.

    All that a visitor chose is on the page itself and comes back with every click, so that nothing of it is kept here.

    Args:
        offers: The tasks.
        settings: How long an answer may take.
        stock: What can be chosen.
    """

    def __init__(self, offers: Offers, settings: Settings, stock: Stock) -> None:
        self._offers = offers
        self._settings = settings
        self._stock = stock

    def lay_out(self) -> None:
        """Puts the tab into the blocks that are being made."""
        title = f"{self._stock.title}: click an item to wear it, click again to take it off"
        tiles = [(tile.picture, tile.name) for tile in self._stock.tiles.values()]
        wardrobe = _gallery(title, tiles, columns=8, height=420, name="wardrobe")
        with gr.Row():
            with gr.Column(min_width=300, scale=3):
                outfit = _gallery(
                    "The outfit: click an item to take it out", [], columns=4, height="auto", name="outfit"
                )
            with gr.Column(min_width=300, scale=2):
                verdict = gr.HTML(drawn.judgement(Judgement((), None, ())), elem_id="verdict")
                clear = gr.Button("Begin again", size="sm")
        suggestions = _gallery("Would complete it: click to add", [], columns=8, height="auto", name="suggestions")
        chosen, suggested = gr.JSON([], visible="hidden"), gr.JSON([], visible="hidden")
        outputs = [chosen, outfit, verdict, suggested, suggestions, wardrobe]
        choosing: dict[str, Any] = {"outputs": outputs, "show_progress": "minimal"}
        wardrobe.select(self.choose, [chosen], api_name=None, **choosing)
        outfit.select(self.take_out, [chosen], api_name=None, **choosing)
        suggestions.select(self.accept, [chosen, suggested], api_name=None, **choosing)
        clear.click(self.begin_again, None, api_name=None, **choosing)
        gr.on([], self.show, [chosen], api_name="outfit", **choosing)

    def choose(self, chosen: Any, event: gr.SelectData) -> Shown:
        """Puts an item of the wardrobe into the outfit, or takes it out."""
        return self._changed(chosen, lambda ids: toggled(ids, _at(list(self._stock.tiles), event)))

    def take_out(self, chosen: Any, event: gr.SelectData) -> Shown:
        """Takes an item out of the outfit."""
        return self._changed(chosen, lambda ids: toggled(ids, _at(ids, event)))

    def accept(self, chosen: Any, suggested: Any, event: gr.SelectData) -> Shown:
        """Puts what was suggested into the outfit."""
        return self._changed(chosen, lambda ids: [*ids, _at(chosen_of(suggested), event)])

    def begin_again(self) -> Shown:
        """Takes all items out."""
        return self.show([])

    def show(self, chosen: Any) -> Shown:
        """Judges an outfit, given the ids of its items."""
        return self._changed(chosen, lambda ids: ids)

    def _changed(self, chosen: Any, change: Callable[[list[str]], list[str]]) -> Shown:
        def work() -> tuple[list[str], Judgement]:
            ids = chosen_of(change(chosen_of(chosen)))
            return ids, judge(ids, self._offers, self._stock)

        asked = ask(work, self._settings.timeout, self._offers.hidden)
        if asked.answer is None:
            return gr.skip(), _let_go(), drawn.refusal(asked.refusal), gr.skip(), _let_go(), _let_go()
        ids, judged = asked.answer
        outfit = [
            (tile.picture, tile.name if place != judged.clash else f"{tile.name} · clashes")
            for place, tile in enumerate(judged.items)
        ]
        found = [(tile.picture, f"{score:.2f} · {tile.name}") for tile, score in judged.suggestions]
        suggested = [tile.id for tile, _ in judged.suggestions]
        return ids, _let_go(outfit), drawn.judgement(judged), suggested, _let_go(found), _let_go()


def _at(ids: list[str], event: gr.SelectData) -> str:
    """The id that was clicked.

    Raises:
        Problem: 422, there is none at that place any more.
    """
    place = event.index
    if not isinstance(place, int) or not 0 <= place < len(ids):
        raise Problem(422, "there is no such item any more; load the page again")
    return ids[place]


def _let_go(*tiles: list[Any]) -> gr.Gallery:
    """A gallery with other tiles, or the same, in which none is selected: so that the same one can be clicked again."""
    return gr.Gallery(*tiles, selected_index=None)


def _gallery(label: str, tiles: list[Any], *, columns: int, height: int | str, name: str) -> gr.Gallery:
    return gr.Gallery(
        tiles,
        label=label,
        columns=columns,
        height=height,
        object_fit="contain",
        allow_preview=False,
        buttons=[],
        interactive=False,
        elem_id=name,
    )
