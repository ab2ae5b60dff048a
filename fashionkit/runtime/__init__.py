"""Runtime: how answers are computed. An engine runs the graphs, and everything that answers goes through one pipeline.

`engine` says what an engine is, `choice` which one answers, `engines/` holds one file an engine, `pipeline` brings
photos through it, and `model` ties a checkpoint, its specs and an engine together. The room may import `models`,
`heads`, `images` and what lies below; torch is imported by the torch engine alone.
"""

from fashionkit.runtime.choice import open_engine
from fashionkit.runtime.engine import ENGINES, Engine, EngineOptions
from fashionkit.runtime.model import Model, ModelSource
from fashionkit.runtime.pipeline import OnError, Pipeline, Reader, check_on_error

__all__ = [
    "ENGINES",
    "Engine",
    "EngineOptions",
    "Model",
    "ModelSource",
    "OnError",
    "Pipeline",
    "Reader",
    "check_on_error",
    "open_engine",
]
