"""A tiny coder made on the spot, with random weights, where only the plumbing is tested."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertModel

from app.scoring.codes import BEHAVIOURS, CODES, TALK_TYPES
from app.scoring.features import BUCKETS, NAMES
from app.scoring.heads import Head
from app.scoring.weights import save_coder

SHAPE = {
    "vocab_size": 64, "hidden_size": 16, "num_hidden_layers": 4, "num_attention_heads": 2, "intermediate_size": 32,
    "max_position_embeddings": 512, "type_vocab_size": 2, "pad_token_id": 0,
}  # fmt: skip
CLASSES = {"code": tuple(CODES), "behaviour": tuple(BEHAVIOURS), "talk": tuple(TALK_TYPES)}


def tokenizer_file(folder: Path) -> Path:
    """A tokenizer that spells every word letter by letter."""
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", ":", ".", "?", ",", "'"]
    letters = "abcdefghijklmnopqrstuvwxyz"
    vocabulary = {token: number for number, token in enumerate([*marks, *letters, *(f"##{each}" for each in letters)])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    path = folder / "tiny-tokenizer.json"
    tokenizer.save(str(path))
    return path


def encoder_tensors(seed: int = 0) -> dict[str, torch.Tensor]:
    """Random tensors of a tiny BERT; embeddings are the same for every seed."""
    torch.manual_seed(0)
    shared = BertModel(BertConfig(**SHAPE), add_pooling_layer=False).state_dict()
    torch.manual_seed(seed + 1)
    own = BertModel(BertConfig(**SHAPE), add_pooling_layer=False).state_dict()
    return {name: shared[name] if name.startswith("embeddings.") else own[name] for name in own}


def head(name: str, width: int, seed: int = 0) -> Head:
    """A random head."""
    chooser = np.random.default_rng(seed)
    classes = CLASSES[name]
    hidden, signs, words = (
        chooser.normal(size=(rows, len(classes))).astype(np.float32) for rows in (width, len(NAMES), BUCKETS)
    )
    return Head(classes, hidden, signs, words, chooser.normal(size=len(classes)).astype(np.float32))


def write_tiny_coder(folder: Path, encoders: int = 2) -> Path:
    """The files of a tiny coder in `folder / "coder"`."""
    made = folder / "coder"
    width = 2 * SHAPE["hidden_size"] * encoders
    heads = {name: head(name, width) for name in CLASSES}
    save_coder(made, [encoder_tensors(n) for n in range(encoders)], SHAPE, heads, tokenizer_file(folder), {"note": "x"})
    return made


__all__ = ["CLASSES", "SHAPE", "encoder_tensors", "head", "tokenizer_file", "write_tiny_coder"]
