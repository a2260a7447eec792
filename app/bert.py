"""A small BERT encoder from plain tensors, in int8: what the coder and the client's retriever are both made of.

Large tables are stored as int8, one scale a row, and computed with so where this build of torch can.
"""

from __future__ import annotations

import ctypes
import gc
import warnings
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import torch

#: Tables of at least so many numbers are stored in int8.
LARGE = 40_000

Tensors = Mapping[str, torch.Tensor]


class SmallEmbedding(torch.nn.Module):
    """An embedding table that stays int8 in memory, a scale for each row: rows are float32 when they are looked up."""

    def __init__(self, table: torch.Tensor, scale: torch.Tensor) -> None:
        super().__init__()
        self.table, self.scale = (torch.nn.Buffer(part, persistent=False) for part in (table, scale))

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.table[ids].float() * self.scale[ids]


def bert(
    shape: Mapping[str, Any], weights: Tensors, words: SmallEmbedding | None = None, *, rounded: bool = True
) -> Any:
    """An encoder ready to run. `weights` are BERT's tensors as transformers names them, `shape` its configuration.

    `words` stands in for the table of word embeddings, where encoders share one. `rounded`: compute in int8, three
    times as fast, but states then depend a little on what is read with them. ValueError where a tensor lacks.
    """
    from transformers import BertConfig, BertModel

    config = BertConfig(**dict(shape), attn_implementation="sdpa")
    with torch.device("meta"):
        model = BertModel(config, add_pooling_layer=False)
    if words:
        model.embeddings.word_embeddings = words
    missing, _ = model.load_state_dict(dict(weights), strict=False, assign=True)
    if missing:
        raise ValueError(f"the encoder's weights lack {missing[0]}")
    # buffers that no file holds
    positions = torch.arange(config.max_position_embeddings)[None]
    model.embeddings.register_buffer("position_ids", positions, persistent=False)
    model.embeddings.register_buffer("token_type_ids", torch.zeros_like(positions), persistent=False)
    return _in_int8(model.eval()) if rounded else model.eval()


def quantized(table: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """A float table (n, m) as int8 (n, m) and a float32 scale for each row (n, 1)."""
    scale = table.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
    return (table / scale).round().clamp(-127, 127).to(torch.int8), scale.float()


def packed(tensors: Tensors) -> dict[str, torch.Tensor]:
    """Tensors as they are stored: large tables in int8 beside their scales, the rest in float32."""
    found: dict[str, torch.Tensor] = {}
    for name, tensor in tensors.items():
        if tensor.dim() == 2 and tensor.numel() >= LARGE:
            found[name], found[f"{name}:scale"] = quantized(tensor.float())
        else:
            found[name] = tensor.float().contiguous()
    return found


def unpacked(tensors: Tensors) -> dict[str, torch.Tensor]:
    """Stored tensors as float32."""
    return {
        name: tensor.float() * tensors[f"{name}:scale"] if f"{name}:scale" in tensors else tensor
        for name, tensor in tensors.items()
        if not name.endswith(":scale")
    }


def _in_int8(model: Any) -> Any:
    """The model with its tables in int8, a scale for each row, where this build of torch can; else in float32 as it is.

    A turn takes a third of the time and the tables a quarter of the memory; the rows were rounded so when they shipped.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch means to move these to a package of their own
        try:
            from torch.ao.quantization import per_channel_dynamic_qconfig, quantize_dynamic

            return quantize_dynamic(model, {torch.nn.Linear: per_channel_dynamic_qconfig}, inplace=True)  # type: ignore[no-untyped-call]
        except (ImportError, AttributeError, NotImplementedError, RuntimeError):
            return model


def give_back() -> None:
    """Hand the memory that loading took for float tables back to the system: glibc keeps it otherwise (half of it)."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


__all__ = ["LARGE", "SmallEmbedding", "Tensors", "bert", "give_back", "packed", "quantized", "unpacked"]
