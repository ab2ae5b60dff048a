"""timm, PIL and a DataLoader, eager: as its documentation shows, with a worker a core."""

import json
import sys
import time
from pathlib import Path

import timm
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

photos, size, threads = sorted(Path(sys.argv[1]).iterdir()), int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
model = timm.create_model("tf_efficientnet_lite0", num_classes=0).eval()
transform = timm.data.create_transform(input_size=(3, size, size), crop_pct=1.0)


class Photos(Dataset):
    def __len__(self):
        return len(photos)

    def __getitem__(self, place):
        return transform(Image.open(photos[place]).convert("RGB"))


loader = DataLoader(Photos(), batch_size=32, num_workers=threads, persistent_workers=True)
with torch.inference_mode():
    for _ in range(2):
        began = time.perf_counter()
        answers = sum(len(model(batch)) for batch in loader)
        rate = answers / (time.perf_counter() - began)
print(json.dumps({"rate": rate, "model": "tf_efficientnet_lite0, one vector"}))
