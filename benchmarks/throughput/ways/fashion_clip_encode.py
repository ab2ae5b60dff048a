"""fashion-clip: `encode_images`, with a ViT-B/32 of random weights; how fast it is does not depend on them."""

import json
import sys
import time
from pathlib import Path

import torch
from fashion_clip.fashion_clip import FashionCLIP
from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel

photos, threads = sorted(Path(sys.argv[1]).iterdir()), int(sys.argv[3])
torch.set_num_threads(threads)
# The class loads weights from the network; everything after that is its own.
model = FashionCLIP.__new__(FashionCLIP)
model.device, model.model, model.preprocess = "cpu", CLIPModel(CLIPConfig()).eval(), CLIPImageProcessor()


class Pooled(torch.nn.Module):
    """Gives the vectors that the package expects, where newer releases of transformers give them in a structure."""

    def get_image_features(self, **batch):
        found = model.clip.get_image_features(**batch)
        return getattr(found, "pooler_output", found)


model.clip, model.model = model.model, Pooled()
for _ in range(2):
    began = time.perf_counter()
    answers = len(model.encode_images([str(photo) for photo in photos], batch_size=32))
    rate = answers / (time.perf_counter() - began)
print(json.dumps({"rate": rate, "model": "ViT-B/32 at 224 px, one vector"}))
