"""What the training adds to the embedded model: a low-rank difference of linear layers (Hu et al. 2021, LoRA).

Only the layers from `FIRST` up learn, so that nothing has to be traced back through those below: on two cores half the
time. The difference is merged into the weights where the model is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn

RANK, FIRST = 32, 10


class LowRank(nn.Module):
    """A frozen layer (out, in) with a difference beside it: up (out, rank) · down (rank, in), both float32."""

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base = base
        self.down = nn.Parameter(torch.randn(rank, base.in_features) / base.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(base.out_features, rank))

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.base(states)
        return found + (states @ self.down.to(states.dtype).T) @ self.up.to(states.dtype).T


def attach(model: Any, rank: int = RANK, first: int = FIRST) -> list[nn.Parameter]:
    """Give the linear layers of the upper decoder layers a difference that learns; everything else is frozen."""
    model.requires_grad_(False)
    found: list[nn.Parameter] = []
    for layer in model.model.layers[first:]:
        for part in (layer.self_attn, layer.mlp):
            for name, linear in list(part.named_children()):
                if isinstance(linear, nn.Linear):
                    difference = LowRank(linear, rank)
                    setattr(part, name, difference)
                    found += [difference.up, difference.down]
    return found


def _attached(model: Any) -> Iterator[tuple[str, LowRank]]:
    for name, layer in model.named_modules():
        if isinstance(layer, LowRank):
            yield name, layer


def differences(model: Any) -> dict[str, torch.Tensor]:
    """The differences as tensors by the layer's name: `model.layers.10.mlp.up_proj.up` and `.down`."""
    return {
        f"{name}.{side}": getattr(layer, side).detach().clone()
        for name, layer in _attached(model)
        for side in ("up", "down")
    }


def restore(model: Any, path: Path) -> None:
    """Set the differences of an attached model to those of a file."""
    stored = load_file(path)
    with torch.no_grad():
        for name, layer in _attached(model):
            layer.up.copy_(stored[f"{name}.up"])
            layer.down.copy_(stored[f"{name}.down"])


def save(model: Any, path: Path, dtype: torch.dtype = torch.float32) -> None:
    """Write the differences."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.to(dtype).contiguous() for name, tensor in differences(model).items()}, path)


__all__ = ["FIRST", "RANK", "attach", "differences", "restore", "save"]
