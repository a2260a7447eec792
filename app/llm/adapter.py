"""A trained low-rank difference (Hu et al. 2021, LoRA) merged into a model's linear layers when it is loaded.

The file holds for each layer `NAME.up` (out, rank) and `NAME.down` (rank, in); the layer's weight becomes
weight + up·down.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from app.llm.engine import ModelDamaged

__all__ = ["merge"]


def merge(model: Any, path: Path) -> None:
    """Add the difference in `path` to the model's weights. ModelDamaged where the two do not belong together."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        parts = load_file(path)
    except (OSError, SafetensorError) as error:
        raise ModelDamaged(f"{path}: the trained part of the model cannot be read ({error})") from error
    with torch.inference_mode():
        for name in sorted({key.rsplit(".", 1)[0] for key in parts}):
            _add(model, name, parts.get(f"{name}.up"), parts.get(f"{name}.down"), path)


def _add(model: Any, name: str, up: torch.Tensor | None, down: torch.Tensor | None, path: Path) -> None:
    try:
        weight = model.get_submodule(name).weight
        if up is None or down is None:
            raise ValueError("one half is missing")
        difference = up.float() @ down.float()
        if difference.shape != weight.shape:  # torch would stretch some shapes to fit
            raise ValueError(f"{tuple(difference.shape)} is not {tuple(weight.shape)}")
        weight.copy_((weight.float() + difference.to(weight.device)).to(weight.dtype))
    except (AttributeError, RuntimeError, ValueError) as error:
        raise ModelDamaged(f"{path}: {name} does not fit the model ({error})") from error
