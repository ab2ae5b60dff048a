"""A page about photos, cell by cell, as in a notebook: `python examples/08_visual_report.py [PAGE.html PHOTO …]`.

Without photos, garments that fashionkit draws. Editors that know `# %%` run one cell at a time; there, and in Jupyter,
every answer shows itself as a table.
"""

# %% Photos
import base64
import html
import io
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from fashionkit import Analyzer, OutfitScorer, load_image
from fashionkit.demo.garments import draw_wardrobe

page, *paths = sys.argv[1:] or ["fashionkit-report.html"]
drawn = {garment.name: garment.pixels for garment in draw_wardrobe()[::5]}
photos = {path: load_image(path) for path in paths} or drawn

# %% One pass over each: what it is, what it is like, where it lies
analyzer = Analyzer.load()
analyses = dict(zip(photos, analyzer.analyze(list(photos.values())), strict=True))

# %% What looks like it: cosines of embeddings, which have length 1
names = list(photos)
vectors = np.stack([analysis.embedding.vector for analysis in analyses.values()])
alike = vectors @ vectors.T - 2 * np.eye(len(names))  # nothing is like itself
nearest = {name: names[int(row.argmax())] for name, row in zip(names, alike, strict=True)}

# %% What goes with it: the model is loaded once for both tasks
scorer = OutfitScorer(analyzer.model)
best = {}
for name, photo in photos.items():
    others = [other for other in names if other != name]
    if others:
        suggestion = scorer.complete([photo], [photos[other] for other in others], k=1)[0]
        best[name] = f"{others[int(suggestion.item)]} ({suggestion.score:.2f})"


# %% The page
def picture(pixels: np.ndarray) -> str:
    """An image that needs no file of its own."""
    small = Image.fromarray(pixels)
    small.thumbnail((240, 320))
    file = io.BytesIO()
    small.save(file, "WEBP")
    return f'<img alt="" src="data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}">'


def section(name: str) -> str:
    """What there is to say of one photo."""
    answers = analyses[name]._repr_html_()
    words = f"Looks most like {nearest[name]}. Goes best with {best[name]}." if name in best else ""
    text = f"<h2>{html.escape(name)}</h2><p>{html.escape(words)}</p>"
    return f"<section>{picture(photos[name])}<div>{text}{answers}</div></section>"


style = "body{font:16px system-ui;max-width:60rem;margin:auto}section{display:flex;gap:2rem;flex-wrap:wrap}"
body = "".join(map(section, photos))
head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Photos</title><style>{style}</style>'
Path(page).write_text(f"{head}<h1>{len(photos)} photos</h1>{body}</html>", "utf-8")
print(f"wrote {page}")
