"""A trained difference: the merged model says what the model with the difference beside it says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from app.llm import embedded
from app.llm.adapter import merge
from app.llm.chat import load_model, load_tokenizer
from app.llm.engine import Message, ModelDamaged
from app.llm.local import LocalEngine
from app.llm.make import make_engine
from training.client.lowrank import attach, differences, restore, save

Make = Callable[..., LocalEngine]
pytestmark = pytest.mark.anyio
IDS = torch.arange(2, 42)[None]
LAYER = "model.layers.1.mlp.up_proj"
MESSAGES = [Message("user", "How much do you drink?")]


def logits(model: Any) -> torch.Tensor:
    with torch.inference_mode():
        found: torch.Tensor = model(IDS).logits
    return found


@pytest.fixture
def load(tiny_folder: Path) -> Callable[[], Any]:
    return partial(load_model, tiny_folder, torch.float32)


@pytest.fixture
def learnt(load: Callable[[], Any], tmp_path: Path) -> tuple[Any, Path]:
    """The tiny model with differences of its upper two layers that have learnt something, and their file."""
    model = load()
    torch.manual_seed(4)
    attach(model, rank=3, first=1)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith(".up"):
                parameter.normal_(0, 0.3)
    path = tmp_path / "sub" / "voice.safetensors"
    save(model, path)
    return model, path


def test_a_difference_that_has_learnt_nothing_changes_nothing(load: Callable[[], Any]) -> None:
    model = load()
    before = logits(model)
    learning = attach(model, rank=3, first=1)
    assert torch.equal(logits(model), before)
    assert len(learning) == 2 * 2 * 7  # up and down of seven layers of two
    assert {id(p) for p in model.parameters() if p.requires_grad} == {id(p) for p in learning}
    assert not [name for name in differences(model) if ".layers.0." in name]


def test_saved_restored_and_merged_it_says_the_same(learnt: tuple[Any, Path], load: Callable[[], Any]) -> None:
    model, path = learnt
    wanted, plain = logits(model), logits(load())
    assert (wanted - plain).abs().max() > 0.1
    again = load()
    attach(again, rank=3, first=1)
    restore(again, path)
    assert torch.allclose(logits(again), wanted, atol=1e-5)
    merged = load()
    merge(merged, path)
    assert torch.allclose(logits(merged), wanted, atol=1e-3)


def test_a_merged_model_in_half_precision_is_near(
    learnt: tuple[Any, Path], tiny_folder: Path, load: Callable[[], Any]
) -> None:
    model, path = learnt
    merged = load_model(tiny_folder, torch.bfloat16)
    merge(merged, path)
    assert merged.get_submodule(LAYER).weight.dtype == torch.bfloat16
    off, change = logits(merged).float() - logits(model), logits(model) - logits(load())
    assert off.abs().mean() < 0.2 * change.abs().mean()


def test_it_can_be_saved_at_half_the_size(learnt: tuple[Any, Path], tmp_path: Path) -> None:
    save(learnt[0], tmp_path / "half.safetensors", torch.bfloat16)
    half = load_file(tmp_path / "half.safetensors")
    assert {tensor.dtype for tensor in half.values()} == {torch.bfloat16}
    assert set(half) == set(differences(learnt[0]))
    assert set(half) >= {f"{LAYER}.up", f"{LAYER}.down"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"up": (96, 3), "down": (3, 63)},
        {"up": (95, 3), "down": (3, 64)},
        {"up": (96, 3), "down": (4, 64)},
        {"up": (1, 3), "down": (3, 64)},
        {"up": (96, 3), "down": (3, 1)},
        {"up": (96, 3)},
        {"down": (3, 64)},
    ],
)
def test_a_difference_of_another_shape_names_its_layer(
    load: Callable[[], Any], tmp_path: Path, wrong: dict[str, tuple[int, int]]
) -> None:
    path = tmp_path / "voice.safetensors"
    save_file({f"{LAYER}.{side}": torch.ones(shape) for side, shape in wrong.items()}, path)
    with pytest.raises(ModelDamaged, match=rf"voice\.safetensors: {LAYER} does not fit"):
        merge(load(), path)


@pytest.mark.parametrize("name", ["model.layers.9.mlp.up_proj", "model.layers.1.mlp.sideways", "up"])
def test_a_difference_of_another_model_names_its_layer(load: Callable[[], Any], tmp_path: Path, name: str) -> None:
    path = tmp_path / "voice.safetensors"
    save_file({f"{name}.up": torch.ones(96, 3), f"{name}.down": torch.ones(3, 64)}, path)
    with pytest.raises(ModelDamaged, match=name):
        merge(load(), path)


@pytest.mark.parametrize("kept", [0, 5, 300, -10])
def test_a_truncated_file_is_told(learnt: tuple[Any, Path], load: Callable[[], Any], kept: int) -> None:
    path = learnt[1]
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ModelDamaged, match=r"voice\.safetensors: the trained part of the model cannot be read"):
        merge(load(), path)


def test_a_missing_file_is_told(load: Callable[[], Any], tmp_path: Path) -> None:
    with pytest.raises(ModelDamaged, match="none"):
        merge(load(), tmp_path / "none.safetensors")


async def test_an_engine_with_a_difference_judges_as_the_model_that_learnt_it(
    make_tiny: Make, learnt: tuple[Any, Path], tmp_path: Path, tiny_folder: Path
) -> None:
    _, path = learnt
    texts = ["I do not have a problem.", "You know."]
    plain, tuned = [await make_tiny(adapter=adapter).score(MESSAGES, texts) for adapter in (None, path)]
    merged = load_model(tiny_folder, torch.float32)
    merge(merged, path)
    merged.save_pretrained(tmp_path / "merged")
    load_tokenizer(tiny_folder).save_pretrained(tmp_path / "merged")
    whole = LocalEngine("merged", lambda: tmp_path / "merged", device="cpu", dtype="float32", threads=1)
    assert tuned == pytest.approx(await whole.score(MESSAGES, texts), abs=1e-3)
    assert tuned != pytest.approx(plain, abs=1e-2)
    await whole.close()


async def test_only_the_embedded_model_takes_the_difference(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_folder: Path
) -> None:
    monkeypatch.setattr(embedded, "ensure", lambda folder, report: tiny_folder)  # noqa: ARG005
    broken = tmp_path / "voice.safetensors"
    broken.write_bytes(b"no tensors")
    make = partial(make_engine, data_dir=tmp_path, device="cpu", dtype="float32", threads=1, adapter=broken)
    with pytest.raises(ModelDamaged, match="voice"):
        await make("embedded").ready()
    other = make(str(tiny_folder))
    await other.ready()
    await other.close()
