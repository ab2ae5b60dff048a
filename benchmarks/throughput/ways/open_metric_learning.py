"""open-metric-learning: its `inference` over its dataset of images, with the same backbone."""

import json
import sys
import time
from pathlib import Path

import timm
import torch
from oml.datasets import ImageBaseDataset
from oml.inference import inference
from oml.transforms.images.torchvision import get_normalisation_resize_torch

photos, size, threads = sorted(Path(sys.argv[1]).iterdir()), int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
model = timm.create_model("tf_efficientnet_lite0", num_classes=0).eval()
dataset = ImageBaseDataset(photos, transform=get_normalisation_resize_torch(im_size=size))
for _ in range(2):
    began = time.perf_counter()
    answers = len(inference(model, dataset, batch_size=32, num_workers=threads))
    rate = answers / (time.perf_counter() - began)
print(json.dumps({"rate": rate, "model": "tf_efficientnet_lite0, one vector"}))
