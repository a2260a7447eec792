"""One forward pass for many requests at once, each a tree: one prompt, several candidates that branch from it.

Candidates of one request share the keys and values of their prompt (they are neither computed nor read twice), and the
tokens of all requests go through the linear layers as one batch. On a processor that is two to three times as fast as
a padded batch with one cache per candidate (`benchmarks/engine.py`).

`TreeDecoder` does this through transformers' own attention interface, as its continuous batching does. Models whose
attention is out of the ordinary (soft caps, sinks, recurrent layers) go through `PlainDecoder`: each request by itself
with transformers' own cache. `make_decoder` finds out by trying which of the two a model can use.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from transformers import AttentionInterface, DynamicCache

__all__ = ["PROMPT", "Decoder", "PlainDecoder", "Tree", "TreeDecoder", "Work", "make_decoder"]

PROMPT = -1
"""The owner of a prompt's tokens; candidates are numbered from 0."""

_ATTENTION = "rollwith_tree"

_ROUNDING = 0.2
"""Mean difference of logits, in their standard deviations: bfloat16 alone makes .03, a wrong mask more than .5."""

_BLOCK = 64
"""Attention runs over whole blocks of columns, so that it rounds the same for every length."""
_log = logging.getLogger(__name__)

Layers = list[tuple[torch.Tensor, torch.Tensor]]


class Tree:
    """Keys and values of one prompt and of its branches, in the order in which their tokens came.

    `layers[i]` holds two buffers [1, key-value heads, capacity, head size]; `owners` and `positions` say for each
    filled column which branch it belongs to and where in the text it stands.
    """

    def __init__(self, capacity: int, device: torch.device) -> None:
        self.capacity = capacity = _blocks(capacity)
        self.layers: Layers = []
        self.owners = torch.full((capacity,), PROMPT, dtype=torch.long, device=device)
        self.positions = torch.zeros(capacity, dtype=torch.long, device=device)
        self.length = 0
        self.prompt_length = 0
        self._branch_lengths: dict[int, int] = {}
        self._start = 0
        self._masks: dict[tuple[int, int | None], torch.Tensor] = {}

    def expect(self, owners: Sequence[int]) -> None:
        """Make room for one token per owner; they are stored by `store`, layer by layer."""
        self._start, end = self.length, self.length + len(owners)
        if end > self.capacity:
            raise ValueError(f"the tree holds {self.capacity} tokens, {end} came")
        places = [self._place(owner) for owner in owners]
        self.owners[self._start : end] = torch.tensor(owners, device=self.owners.device)
        self.positions[self._start : end] = torch.tensor(places, device=self.owners.device)
        self.length = end
        self._masks = {}

    def _place(self, owner: int) -> int:
        if owner == PROMPT:
            self.prompt_length += 1
            return self.prompt_length - 1
        grown = self._branch_lengths.get(owner, 0)
        self._branch_lengths[owner] = grown + 1
        return self.prompt_length + grown

    @property
    def new_positions(self) -> torch.Tensor:
        """Positions of the tokens announced last, shape [tokens]."""
        return self.positions[self._start : self.length]

    def store(self, layer: int, key: torch.Tensor, value: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Put one layer's new keys and values [1, heads, new, size] in place; give all of that layer's whole blocks."""
        if layer == len(self.layers):
            self.layers.append((_buffer(key, self.capacity), _buffer(value, self.capacity)))
        keys, values = self.layers[layer]
        keys[:, :, self._start : self.length] = key
        values[:, :, self._start : self.length] = value
        width = _blocks(self.length)
        return keys[:, :, :width], values[:, :, :width]

    def mask(self, groups: int, window: int | None, dtype: torch.dtype) -> torch.Tensor:
        """What the new tokens may see: the prompt and their own branch up to themselves.

        Additive, shape [groups · new, columns], the same for each of the query heads that share a key-value head.
        """
        if (groups, window) not in self._masks:
            width, new = _blocks(self.length), slice(self._start, self.length)
            columns = torch.arange(width, device=self.owners.device)
            owners, positions = self.owners[:width], self.positions[:width]
            visible = (owners == PROMPT) | (owners == owners[new, None])
            visible &= columns <= columns[new, None]
            if window is not None:
                visible &= positions[new, None] - positions < window
            additive = torch.zeros_like(visible, dtype=dtype).masked_fill_(~visible, float("-inf"))
            self._masks[groups, window] = additive.repeat(groups, 1)
        return self._masks[groups, window]

    def prompt_copy(self) -> Layers:
        """The prompt's keys and values by themselves."""
        length = self.prompt_length
        return [(keys[:, :, :length].clone(), values[:, :, :length].clone()) for keys, values in self.layers]

    def fill_prompt(self, layers: Layers, length: int) -> None:
        """Start with the first `length` tokens of a prompt that another tree has read."""
        self.expect([PROMPT] * length)
        for number, (keys, values) in enumerate(layers):
            self.store(number, keys[:, :, :length], values[:, :, :length])


def _blocks(length: int) -> int:
    return -(-length // _BLOCK) * _BLOCK


def _buffer(like: torch.Tensor, capacity: int) -> torch.Tensor:
    return like.new_zeros((*like.shape[:2], capacity, like.shape[3]))


@dataclass(frozen=True)
class Work:
    """What one request puts into a forward pass: a token per owner, and the rows whose logits it wants back."""

    tree: Any
    tokens: Sequence[int]
    owners: Sequence[int]
    keep: Sequence[int]


class Decoder(Protocol):
    """Feeds trees with tokens."""

    shares_prefixes: bool

    def plant(self, capacity: int) -> Any:
        """A new tree with room for `capacity` tokens, prompt and branches together."""
        ...

    def feed(self, work: Sequence[Work]) -> list[torch.Tensor]:
        """Run the model; for each piece of work the logits of its `keep` rows, float32, shape [kept, vocabulary]."""
        ...


class TreeDecoder:
    """All requests in one forward pass, through transformers' attention interface."""

    shares_prefixes = True

    def __init__(self, model: Any) -> None:
        AttentionInterface.register(_ATTENTION, _tree_attention)
        model.set_attn_implementation(_ATTENTION)
        self._model = model

    def plant(self, capacity: int) -> Tree:
        return Tree(capacity, self._model.device)

    @torch.inference_mode()
    def feed(self, work: Sequence[Work]) -> list[torch.Tensor]:
        for piece in work:
            piece.tree.expect(piece.owners)
        device = self._model.device
        starts = _offsets([len(piece.tokens) for piece in work])
        keep = [start + row for start, piece in zip(starts, work, strict=True) for row in piece.keep]
        output = self._model(
            input_ids=torch.tensor([[token for piece in work for token in piece.tokens]], device=device),
            position_ids=torch.cat([piece.tree.new_positions for piece in work])[None],
            use_cache=False,
            logits_to_keep=torch.tensor(keep, dtype=torch.long, device=device),
            trees=[(piece.tree, len(piece.tokens)) for piece in work],
        )
        return list(output.logits[0].float().split([len(piece.keep) for piece in work]))


def _offsets(lengths: Sequence[int]) -> list[int]:
    offsets = [0]
    for length in lengths[:-1]:
        offsets.append(offsets[-1] + length)
    return offsets


def _tree_attention(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    *,
    trees: Sequence[tuple[Tree, int]],
    scaling: float | None = None,
    sliding_window: int | None = None,
    softcap: float | None = None,
    s_aux: torch.Tensor | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Attention of each tree's new tokens [1, heads, tokens, size] over that tree; gives [1, tokens, heads, size]."""
    if attention_mask is not None or softcap is not None or s_aux is not None:
        raise NotImplementedError("attention with its own mask, soft cap or sinks")
    outputs, start = [], 0
    for tree, count in trees:
        new = slice(start, start + count)
        start += count
        keys, values = tree.store(module.layer_idx, key[:, :, new], value[:, :, new])
        heads, shared, size = query.shape[1], keys.shape[1], query.shape[3]
        # Query heads that share keys become rows of one head: no kernel has to repeat the keys for them.
        rows = query[:, :, new].reshape(1, shared, heads // shared * count, size)
        mask = tree.mask(heads // shared, sliding_window, query.dtype)
        attended = torch.nn.functional.scaled_dot_product_attention(rows, keys, values, attn_mask=mask, scale=scaling)
        outputs.append(attended.reshape(1, heads, count, -1).transpose(1, 2))
    return torch.cat(outputs, dim=1), None


@dataclass
class _PlainTree:
    """A transformers cache of the prompt, and one with a row for each of the branches grown from it."""

    prompt: DynamicCache
    grown: DynamicCache | None = None
    branches: list[int] = field(default_factory=list)


class PlainDecoder:
    """Each request by itself, its candidates as one batch: slower, for models that `TreeDecoder` cannot run."""

    shares_prefixes = False

    def __init__(self, model: Any) -> None:
        self._model = model

    def plant(self, capacity: int) -> _PlainTree:  # noqa: ARG002 (transformers' cache grows by itself)
        return _PlainTree(DynamicCache(config=self._model.config))

    @torch.inference_mode()
    def feed(self, work: Sequence[Work]) -> list[torch.Tensor]:
        return [self._feed_one(piece) for piece in work]

    def _feed_one(self, piece: Work) -> torch.Tensor:
        branches = list(dict.fromkeys(piece.owners))
        rows: list[list[int]] = [[] for _ in branches]
        spots = []
        for token, owner in zip(piece.tokens, piece.owners, strict=True):
            row = branches.index(owner)
            spots.append((row, len(rows[row])))
            rows[row].append(token)
        width = max(map(len, rows))
        # Padding on the right is seen by nobody before it; ragged branches are only scored, never grown on.
        padded = torch.tensor([row + [0] * (width - len(row)) for row in rows], device=self._model.device)
        cache = self._cache(piece.tree, branches)
        logits = self._model(input_ids=padded, past_key_values=cache, use_cache=True).logits
        kept = torch.tensor([spots[row] for row in piece.keep], dtype=torch.long, device=logits.device).reshape(-1, 2)
        picked: torch.Tensor = logits[kept[:, 0], kept[:, 1]]
        return picked.float()

    def _cache(self, tree: _PlainTree, branches: list[int]) -> DynamicCache:
        """The cache with one row for each branch in turn; branches not seen before start at the end of the prompt."""
        if branches == [PROMPT]:
            return tree.prompt
        if tree.grown is None or not set(branches) <= set(tree.branches):
            tree.grown = copy.deepcopy(tree.prompt)
            tree.grown.batch_repeat_interleave(len(branches))
        elif branches != tree.branches:
            rows = [tree.branches.index(branch) for branch in branches]
            tree.grown.batch_select_indices(torch.tensor(rows, device=self._model.device))
        tree.branches = branches
        return tree.grown


def make_decoder(model: Any, prompt: Sequence[int]) -> Decoder:
    """The faster decoder where it gives the model's own logits after a `prompt` (8 tokens or more), else the plain one.

    The prompt should be an ordinary one: on nonsense half precision alone moves the logits a lot.
    """
    usual = model.config._attn_implementation
    expected = _probe(PlainDecoder(model), prompt)
    try:
        decoder = TreeDecoder(model)
        difference = float((_probe(decoder, prompt) - expected).abs().mean() / expected.std())
        if difference < _ROUNDING:
            return decoder
        _log.info("this model's attention is out of the ordinary (logits differ by %.2f): plain decoding", difference)
    except Exception as error:  # whatever a model's own code raises on an attention it does not expect
        _log.info("this model refuses another attention (%s): plain decoding", error)
    model.set_attn_implementation(usual)
    return PlainDecoder(model)


def _probe(decoder: Decoder, prompt: Sequence[int]) -> torch.Tensor:
    """Logits of two branches, the last two tokens in either order, after a prompt read in two parts."""
    *start, one, other = prompt
    tree = decoder.plant(len(prompt) + 2)
    decoder.feed([Work(tree, start[:3], [PROMPT] * 3, [])])
    decoder.feed([Work(tree, start[3:], [PROMPT] * len(start[3:]), [])])
    decoder.feed([Work(tree, [one, other], [0, 1], [])])
    return decoder.feed([Work(tree, [other, one], [0, 1], [0, 1])])[0]
