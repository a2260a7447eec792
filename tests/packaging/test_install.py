"""What `make` does before anything is installed: a Python that will do, the right PyTorch, nothing twice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts import install

ROOT = Path(__file__).resolve().parents[2]


# --- find-python.sh


def _fake_python(folder: Path, name: str, version: str, *, with_venv: bool = True) -> None:
    """A command that answers the script's three questions as a Python of that version would."""
    new_enough = tuple(map(int, version.split("."))) >= (3, 11)
    script = folder / name
    script.write_text(
        "#!/bin/sh\n"
        f'case "$2" in *print*) echo {version} ;; *version_info*) exit {0 if new_enough else 1} ;;'
        f" *ensurepip*) exit {0 if with_venv else 1} ;; esac\n"
    )
    script.chmod(0o755)


def _find(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = ["/bin/sh", str(ROOT / "scripts/find-python.sh")]
    return subprocess.run(
        command, env={"PATH": str(folder), **environment}, capture_output=True, text=True, check=False
    )


def test_the_newest_python_that_works_is_taken(tmp_path: Path) -> None:
    (tmp_path / "python3.13").write_text("#!/bin/sh\nexit 127\n")  # a version manager's stub
    (tmp_path / "python3.13").chmod(0o755)
    _fake_python(tmp_path, "python3.12", "3.12", with_venv=False)
    _fake_python(tmp_path, "python3.11", "3.11")
    _fake_python(tmp_path, "python3", "3.9")
    assert _find(tmp_path).stdout.strip() == "python3.11"


def test_only_an_old_python_is_told_in_a_line(tmp_path: Path) -> None:
    _fake_python(tmp_path, "python3", "3.9")
    found = _find(tmp_path)
    assert found.returncode == 1
    assert found.stderr.count("\n") == 1
    assert "3.11 or newer; here is only: python3 (3.9)" in found.stderr


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    _fake_python(tmp_path, "python3", "3.11", with_venv=False)
    found = _find(tmp_path)
    assert found.returncode == 1
    assert found.stderr.count("\n") == 1
    assert "apt install python3-venv (or python3.11-venv)" in found.stderr


def test_no_python_at_all_is_told_in_a_line(tmp_path: Path) -> None:
    found = _find(tmp_path)
    assert found.returncode == 1
    assert found.stderr.count("\n") == 1
    assert "needs Python 3.11 or newer" in found.stderr


def test_a_chosen_python_is_the_only_one_tried(tmp_path: Path) -> None:
    _fake_python(tmp_path, "python3.11", "3.11")
    assert _find(tmp_path, PYTHON=sys.executable).stdout.strip() == sys.executable
    assert _find(tmp_path, PYTHON="python9").returncode == 1


# --- which PyTorch


@pytest.fixture
def without_gpu(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A Linux machine without an NVIDIA GPU that reaches everything."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(install, "has_nvidia", lambda: False)
    monkeypatch.setattr(install, "reachable", lambda _: True)
    return monkeypatch


def test_without_a_gpu_the_cpu_build_is_taken(without_gpu: pytest.MonkeyPatch) -> None:
    assert install.torch_index(None) == install.CPU_WHEELS
    without_gpu.setattr(sys, "platform", "darwin")
    assert install.torch_index(None) is None


def test_with_a_gpu_the_usual_build_is_taken(without_gpu: pytest.MonkeyPatch) -> None:
    without_gpu.setattr(install, "has_nvidia", lambda: True)
    assert install.torch_index(None) is None


def test_where_the_cpu_builds_cannot_be_reached_the_usual_index_is_enough(
    without_gpu: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without_gpu.setattr(install, "reachable", lambda _: False)
    assert install.torch_index(None) is None
    assert "cannot be reached" in capsys.readouterr().out


@pytest.mark.usefixtures("without_gpu")
def test_a_chosen_index_goes_before_all() -> None:
    assert install.torch_index("https://example.org/whl") == "https://example.org/whl"
    assert install.torch_index("") is None


def test_an_address_that_does_not_answer_is_given_up_at_once() -> None:
    begun = time.monotonic()
    assert not install.reachable("http://127.0.0.1:1/torch/")
    assert time.monotonic() - begun < install.PROBE_SECONDS + 1


def test_nvidia_is_believed_only_when_it_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not install.has_nvidia()
    program = tmp_path / "nvidia-smi"
    for status, answer in ((9, False), (0, True)):
        program.write_text(f"#!/bin/sh\nexit {status}\n")
        program.chmod(0o755)
        assert install.has_nvidia() is answer


def test_versions_are_compared_without_their_local_part() -> None:
    import torch

    version = install.installed_version(Path(sys.executable), "torch")
    assert version == torch.__version__.split("+")[0]
    assert install.installed_version(Path(sys.executable), "no-such-package") is None


def test_pip_failing_is_told(tmp_path: Path) -> None:
    with pytest.raises(install.InstallError, match="pip's last lines above say why"):
        install.pip(Path(sys.executable), "--no-index", "--find-links", str(tmp_path), "rollwith-no-such-package")


def test_an_environment_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(install.InstallError, match="cannot be made"):
        install.make_venv(tmp_path / "file" / ".venv")


# --- make installs once


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files that make looks at, with an installation that is done."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").mkdir()
    for stamp in (".installed", ".installed-dev"):
        (tmp_path / ".venv" / stamp).touch()
    return tmp_path


def _would_run(checkout: Path, target: str) -> str:
    """The commands of `make target`, not carried out."""
    command = ["make", "--dry-run", "--no-print-directory", target]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=True).stdout


def test_the_second_run_starts_at_once(checkout: Path) -> None:
    assert _would_run(checkout, "run").split() == [".venv/bin/rollwith", "serve"]
    assert "install.py" not in _would_run(checkout, "test")


@pytest.mark.parametrize("changed", ["pyproject.toml", "constraints.txt"])
@pytest.mark.parametrize("target", ["run", "test"])
def test_changed_dependencies_are_installed(checkout: Path, changed: str, target: str) -> None:
    later = time.time() + 10
    os.utime(checkout / changed, (later, later))
    assert "install.py" in _would_run(checkout, target)


def test_the_first_run_installs(checkout: Path) -> None:
    shutil.rmtree(checkout / ".venv")
    run, test = _would_run(checkout, "run"), _would_run(checkout, "test")
    assert "scripts/install.py" in run
    assert "--dev" not in run
    assert "--dev" in test
