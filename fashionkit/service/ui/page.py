"""The page, put together and mounted beside the service."""

from __future__ import annotations

from pathlib import Path

import gradio as gr
from fastapi import FastAPI
from gradio.utils import get_upload_folder
from starlette.responses import RedirectResponse

from fashionkit.service.app import DESCRIPTION
from fashionkit.service.settings import Settings
from fashionkit.service.ui import drawn
from fashionkit.service.ui.gate import Gate
from fashionkit.service.ui.outfit_tab import OutfitTab
from fashionkit.service.ui.photo_tab import PhotoTab
from fashionkit.service.ui.seeing import head_of
from fashionkit.service.ui.stock import Stock

PATH = "/ui"
STYLE = Path(__file__).with_name("page.css")
# Seconds: how often photos that were dropped are looked for, and how old they may get.
LOOKED_FOR, KEPT = 300, 1800
SYSTEM_FONTS = ("ui-sans-serif", "system-ui", "sans-serif")
HEAD = f'<header class="fk-head"><h1>fashionkit</h1><p>{DESCRIPTION}</p></header>'
NO_OUTFITS = "This model cannot say what goes together: it has no outfit head, or none that finds look-alikes."


def add_page(app: FastAPI, settings: Settings, searched: Stock | None, wardrobe: Stock | None) -> None:
    """Mounts the page on the app of a service, at `/ui`; `/` leads there.

    Where the service asks for keys, so does the page: any name, and a key as the password.

    Args:
        app: As `create_app` gives it.
        settings: Those of the service.
        searched: Where look-alikes come from; None where the model cannot search.
        wardrobe: What outfits are made of; None where the model cannot say what goes together.
    """

    @app.get("/", include_in_schema=False)
    async def front() -> RedirectResponse:
        return RedirectResponse(f"{PATH.lstrip('/')}/")

    keys = settings.keys
    blocks = page(app, settings, searched, wardrobe)
    blocks.queue(max_size=settings.queue, default_concurrency_limit=settings.lanes)
    gr.mount_gradio_app(
        app,
        blocks,
        path=PATH,
        auth=(lambda _, key: keys.fits(key)) if keys else None,
        auth_message="Any name; the password is a key of the service.",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=settings.max_upload,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Default(
            primary_hue="orange", neutral_hue="stone", font=SYSTEM_FONTS, font_mono=("ui-monospace", "monospace")
        ),
        css_paths=[STYLE],
    )
    app.add_middleware(Gate, path=PATH, most=settings.max_upload, folder=Path(get_upload_folder()))


def page(app: FastAPI, settings: Settings, searched: Stock | None, wardrobe: Stock | None) -> gr.Blocks:
    """What is seen; arguments as for `add_page`."""
    offers = app.state.offers
    with gr.Blocks(title="fashionkit", analytics_enabled=False, delete_cache=(LOOKED_FOR, KEPT)) as blocks:
        gr.HTML(HEAD)
        with gr.Tab("Photo"):
            PhotoTab(offers, settings, searched).lay_out()
        with gr.Tab("Outfit"):
            if wardrobe is None or head_of(offers.model, "outfit") is None:
                gr.HTML(drawn.note(NO_OUTFITS))
            else:
                OutfitTab(offers, settings, wardrobe).lay_out()
    made: gr.Blocks = blocks
    return made
