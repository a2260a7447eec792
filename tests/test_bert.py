"""The small encoder that coder and retriever are made of: near what transformers computes, and what lacks is named."""

from __future__ import annotations

import pytest
import torch
from transformers import BertConfig, BertModel

from app import bert
from app.bert import SmallEmbedding, give_back, packed, quantized, unpacked

SHAPE = {
    "vocab_size": 2600, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32,
    "max_position_embeddings": 64, "type_vocab_size": 2, "pad_token_id": 0,
}  # fmt: skip
WORDS = "embeddings.word_embeddings.weight"
IDS = torch.tensor([[5, 9, 80, 2000, 7, 0, 0]])
SEEN = (IDS > 0).long()


@pytest.fixture
def plain() -> BertModel:
    torch.manual_seed(0)
    return BertModel(BertConfig(**SHAPE), add_pooling_layer=False).eval()


def states(model: torch.nn.Module) -> torch.Tensor:
    with torch.inference_mode():
        found: torch.Tensor = model(IDS, attention_mask=SEEN).last_hidden_state[0, :5]
    return found


def test_an_encoder_from_plain_tensors_computes_the_same(plain: BertModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bert, "_in_int8", lambda model: model)
    assert torch.allclose(states(bert.bert(SHAPE, plain.state_dict())), states(plain), atol=1e-5)


def test_in_int8_it_computes_nearly_the_same(plain: BertModel) -> None:
    near = torch.nn.functional.cosine_similarity(states(bert.bert(SHAPE, plain.state_dict())), states(plain), dim=-1)
    assert (near > 0.97).all()


def test_a_table_in_int8_stands_in_for_the_words(plain: BertModel) -> None:
    weights = packed(plain.state_dict())
    assert weights[WORDS].dtype == torch.int8
    words = SmallEmbedding(weights.pop(WORDS), weights.pop(f"{WORDS}:scale"))
    model = bert.bert(SHAPE, unpacked(weights), words)
    assert torch.nn.functional.cosine_similarity(states(model), states(plain), dim=-1).min() > 0.97
    assert model.embeddings.word_embeddings.table.dtype == torch.int8, "it stays small in memory"


def test_rows_of_a_small_table_are_those_of_the_large_one() -> None:
    table = torch.randn(30, 8)
    small = SmallEmbedding(*quantized(table))
    ids = torch.tensor([[3, 29], [0, 3]])
    assert small(ids).shape == (2, 2, 8)
    assert (small(ids) - table[ids]).abs().max() < 0.05
    assert not list(small.parameters()), "nothing of it learns"


def test_a_tensor_that_lacks_is_named(plain: BertModel) -> None:
    weights = dict(plain.state_dict())
    del weights["encoder.layer.1.output.dense.weight"]
    with pytest.raises(ValueError, match=r"lack encoder\.layer\.1\.output\.dense\.weight"):
        bert.bert(SHAPE, weights)


def test_where_torch_has_no_int8_it_is_left_as_it_is(plain: BertModel, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(*_: object, **__: object) -> None:
        raise NotImplementedError("no engine for int8")

    monkeypatch.setattr("torch.ao.quantization.quantize_dynamic", cannot)
    assert torch.allclose(states(bert.bert(SHAPE, plain.state_dict())), states(plain), atol=1e-5)


def test_memory_can_be_given_back_on_any_system(monkeypatch: pytest.MonkeyPatch) -> None:
    give_back()

    def missing(name: object) -> object:
        raise OSError(f"no library {name}")

    monkeypatch.setattr("ctypes.CDLL", missing)
    give_back()
