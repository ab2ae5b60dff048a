"""Trains, and signals itself before a step: `signalled_run.py FOLDER STEP SIGNAL`, with `tests` in PYTHONPATH."""

from __future__ import annotations

import os
import sys

import torch
from small_training import RECIPE, drawn, small_model

from fashionkit.training.learner import Learner
from fashionkit.training.trainer import fit

torch.set_num_threads(1)
learn = Learner.learn


def signal_and_learn(self: Learner, passes: object, step: int, drops: int) -> object:
    if step == int(sys.argv[2]):
        os.kill(os.getpid(), int(sys.argv[3]))
    return learn(self, passes, step, drops)


Learner.learn = signal_and_learn
fit(small_model(hidden=8), drawn(20), RECIPE, sys.argv[1], device="cpu")
