"""sentence-transformers: `encode` of PIL images, with the same backbone as a module of its own."""

import json
import sys
import time
from pathlib import Path

import timm
import torch
from PIL import Image
from sentence_transformers import SentenceTransformer
from torch import nn

photos, size, threads = sorted(Path(sys.argv[1]).iterdir()), int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)


class Backbone(nn.Module):
    modalities = ("image",)

    def __init__(self):
        super().__init__()
        self.model = timm.create_model("tf_efficientnet_lite0", num_classes=0)
        self.transform = timm.data.create_transform(input_size=(3, size, size), crop_pct=1.0)

    def preprocess(self, images, **_):
        return {"pixels": torch.stack([self.transform(image.convert("RGB")) for image in images])}

    def forward(self, features, **_):
        return features | {"sentence_embedding": self.model(features["pixels"])}


model = SentenceTransformer(modules=[Backbone()], device="cpu")
for _ in range(2):
    began = time.perf_counter()
    answers = len(model.encode([Image.open(photo) for photo in photos], batch_size=32))
    rate = answers / (time.perf_counter() - began)
print(json.dumps({"rate": rate, "model": "tf_efficientnet_lite0, one vector"}))
