"""Trains, and kills itself before a step: `python killed_run.py FOLDER STEP`, with `tests` in PYTHONPATH."""

from __future__ import annotations

import os
import signal
import sys

import torch
from small_training import RECIPE, drawn, small_model

from fashionkit.training.learner import Learner
from fashionkit.training.trainer import fit

torch.set_num_threads(1)
learn = Learner.learn


def learn_or_die(self: Learner, passes: object, step: int, drops: int) -> object:
    if step == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    return learn(self, passes, step, drops)


Learner.learn = learn_or_die
fit(small_model(hidden=8), drawn(20), RECIPE, sys.argv[1], device="cpu")
