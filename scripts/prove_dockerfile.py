"""Runs the steps of the Dockerfile in a bare Debian root, for machines without a Docker engine.

Reads the Dockerfile itself: each stage begins as a fresh Debian of debootstrap's with Debian's own Python (the stand-in
for the image `python:3.11-slim`), RUN and COPY are carried out in it, and at the end the image's own start command runs
as the image's own user, is asked by the image's own health check, stopped, and started again on the same data.

Needs root, debootstrap and a Debian mirror; `--work` keeps the roots (4 GB) for a look inside.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#: What lets this machine's pip reach its package index; given to RUN steps only, never kept in the image.
PIP_FILES = ("/etc/pip.conf", "/etc/xdg/pip", "/etc/ssl/certs", "/etc/resolv.conf", "/etc/hosts")
PIP_NAMES = re.compile(r"PIP_\w+|SSL_CERT_\w+|REQUESTS_CA_BUNDLE|(https?|no|all)_proxy", re.IGNORECASE)
START_SECONDS = 180


@dataclass
class Instruction:
    """One instruction of a Dockerfile: `RUN`, `COPY`, … and the rest of its line."""

    name: str
    rest: str


@dataclass
class Stage:
    """One FROM with what follows it."""

    base: str
    name: str
    steps: list[Instruction] = field(default_factory=list)


@dataclass
class Image:
    """A stage carried out: its root folder and what it says about running."""

    root: Path
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": DEFAULT_PATH})
    folder: str = "/"
    user: str = "root"
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: str = ""


def parse(text: str) -> list[Stage]:
    """The stages of a Dockerfile. Raises ValueError for what this script does not know."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    stages: list[Stage] = []
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        name, _, rest = line.strip().partition(" ")
        if name == "FROM":
            base, _, stage_name = rest.partition(" AS ")
            stages.append(Stage(base.strip(), stage_name.strip()))
        elif name in STEPS:
            stages[-1].steps.append(Instruction(name, rest.strip()))
        else:
            raise ValueError(f"the Dockerfile has a step that is not known here: {line}")
    return stages


def run_step(image: Image, rest: str, _: dict[str, Image]) -> None:
    """RUN: a shell line, as the image's user, with this machine's way to its package index."""
    print(f"== RUN {rest}", flush=True)
    with mounted(image.root, pip_places()):
        subprocess.run(
            chroot(image, ["/bin/sh", "-c", rest]),
            env={**pip_environment(), **image.environment, "HOME": "/root"},
            check=True,
        )


def copy_step(image: Image, rest: str, images: dict[str, Image]) -> None:
    """COPY: from the tree as .dockerignore leaves it, or from an earlier stage."""
    words = shlex.split(rest)
    source_root, ignored = ROOT, ignore_rules()
    if words[0].startswith("--from="):
        source_root, ignored = images[words.pop(0).removeprefix("--from=")].root, []
    *sources, target = words
    place = image.root / str(Path(image.folder) / target).lstrip("/")
    for source in sources:
        origin = source_root / source.lstrip("/")
        if is_ignored(source, ignored):
            raise ValueError(f"COPY {source}: .dockerignore leaves it out")
        if origin.is_dir():
            shutil.copytree(origin, place, symlinks=True, dirs_exist_ok=True, ignore=_ignore(source_root, ignored))
        else:
            into_folder = target.endswith("/") or len(sources) > 1
            place.parent.mkdir(parents=True, exist_ok=True)
            if into_folder:
                place.mkdir(parents=True, exist_ok=True)
            shutil.copy2(origin, place / origin.name if into_folder else place)


def env_step(image: Image, rest: str, _: dict[str, Image]) -> None:
    """ENV name=value …"""
    image.environment |= dict(word.split("=", 1) for word in shlex.split(rest))


def workdir_step(image: Image, rest: str, _: dict[str, Image]) -> None:
    """WORKDIR: made when it is not there."""
    image.folder = rest
    (image.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)


def user_step(image: Image, rest: str, _: dict[str, Image]) -> None:
    """USER of what follows."""
    image.user = rest


def health_step(image: Image, rest: str, _: dict[str, Image]) -> None:
    """HEALTHCHECK … CMD line"""
    image.health = rest.split(" CMD ", 1)[1]


def entrypoint_step(image: Image, rest: str, _: dict[str, Image]) -> None:
    """ENTRYPOINT as a JSON list."""
    image.entrypoint = json.loads(rest)


def command_step(image: Image, rest: str, _: dict[str, Image]) -> None:
    """CMD as a JSON list."""
    image.command = json.loads(rest)


def nothing(image: Image, rest: str, _: dict[str, Image]) -> None:
    """VOLUME and EXPOSE: words for the engine, nothing to do in a folder."""


STEPS = {
    "RUN": run_step,
    "COPY": copy_step,
    "ENV": env_step,
    "WORKDIR": workdir_step,
    "USER": user_step,
    "HEALTHCHECK": health_step,
    "ENTRYPOINT": entrypoint_step,
    "CMD": command_step,
    "VOLUME": nothing,
    "EXPOSE": nothing,
}


def ignore_rules() -> list[str]:
    """The lines of .dockerignore."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def is_ignored(path: str, rules: list[str]) -> bool:
    """Whether .dockerignore leaves `path` out: the last rule that fits it, or a folder above it, decides."""
    ignored = False
    parts = Path(path).parts
    above = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    for rule in rules:
        wanted, pattern = rule.startswith("!"), rule.lstrip("!")
        if any(_fits(name, pattern) for name in above):
            ignored = not wanted
    return ignored


def _fits(name: str, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return fnmatch.fnmatch(Path(name).name, pattern[3:])
    return fnmatch.fnmatch(name, pattern) and name.count("/") == pattern.count("/")


def _ignore(root: Path, rules: list[str]) -> Callable[[str, list[str]], set[str]]:
    def leave_out(folder: str, names: list[str]) -> set[str]:
        here = Path(folder).relative_to(root)
        return {name for name in names if is_ignored(str(here / name), rules)}

    return leave_out


def pip_environment() -> dict[str, str]:
    """This machine's variables for pip."""
    return {name: value for name, value in os.environ.items() if PIP_NAMES.fullmatch(name)}


def pip_places() -> list[str]:
    """Files and folders that this machine's pip reads: its configuration and local wheels."""
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    # a local index has its files beside the folder `simple`
    local = [
        place.removesuffix("/simple") for place in re.findall(r"(?<![\w:/])/[^\s']+|(?<=file://)/[^\s']+", listing)
    ]
    user = [str(Path.home() / ".config/pip/pip.conf"), str(Path.home() / ".pip/pip.conf")]
    places = [place for place in dict.fromkeys([*PIP_FILES, *user, *local]) if Path(place).exists()]
    return [place for place in places if not any(place.startswith(f"{other}/") for other in places)]


@contextmanager
def mounted(root: Path, places: Sequence[str] = ()) -> Iterator[None]:
    """/proc and /dev, and `places` of this machine for reading, at the same paths inside `root`."""
    with ExitStack() as stack:
        for place in ("/proc", "/dev", *places):
            inside = root / place.lstrip("/")
            if inside.is_symlink():
                inside.unlink()
            if Path(place).is_dir():
                inside.mkdir(parents=True, exist_ok=True)
            else:
                inside.parent.mkdir(parents=True, exist_ok=True)
                inside.touch()
            subprocess.run(["mount", "--bind", place, inside], check=True)
            stack.callback(_unmount, inside)
            if place in places:
                subprocess.run(["mount", "-o", "remount,bind,ro", inside], check=True)
        yield


def _unmount(place: Path) -> None:
    subprocess.run(["umount", "--lazy", place], check=True)


def chroot(image: Image, command: Sequence[str]) -> list[str]:
    """`command` in the image's root, as its user, in its folder."""
    inner = f"cd {shlex.quote(image.folder)} && exec {shlex.join(command)}"
    # by its own path: the image's PATH rules inside
    return [str(shutil.which("chroot")), f"--userspec={image.user}:", str(image.root), "/bin/sh", "-c", inner]


def bare_debian(target: Path, suite: str, mirror: str) -> None:
    """A minimal Debian with its Python, which answers to `python` as in the official image."""
    print(f"== Debian {suite} into {target}", flush=True)
    packages = "--include=python3,python3-venv,ca-certificates"
    subprocess.run(["debootstrap", "--variant=minbase", packages, suite, target, mirror], check=True)
    (target / "usr/local/bin/python").symlink_to("/usr/bin/python3")


def build(stages: list[Stage], base: Path, work: Path) -> Image:
    """Carry out the stages, each on a copy of `base`. Returns the last one's image."""
    images: dict[str, Image] = {}
    for number, stage in enumerate(stages):
        print(f"== FROM {stage.base} {stage.name}", flush=True)
        root = work / f"stage-{number}"
        subprocess.run(["cp", "--archive", "--reflink=auto", base, root], check=True)
        image = images[stage.name or str(number)] = Image(root)
        for step in stage.steps:
            STEPS[step.name](image, step.rest, images)
    return image


def prove(image: Image) -> None:
    """Start as the image says, ask its health check, stop it; twice, the second time on the first one's data."""
    if image.user == "root":
        raise RuntimeError("the image runs as root")
    for start in ("first", "second"):
        with mounted(image.root):
            seconds = _start_and_stop(image)
        print(f"== the {start} start: healthy after {seconds:.1f} s, stopped cleanly", flush=True)
    kept = sorted(path.name for path in (image.root / "data").iterdir())
    print(f"== in /data: {', '.join(kept)}")
    if "rollwith.db" not in kept:
        raise RuntimeError("no database in /data")
    print(f"== the image: {_size(image.root) / 1e9:.2f} GB, its Debian included")


def _start_and_stop(image: Image) -> float:
    begun = time.monotonic()
    environment = {**image.environment, "ROLLWITH_PORT": str(_free_port()), "HOME": image.folder}
    server = subprocess.Popen(chroot(image, [*image.entrypoint, *image.command]), env=environment)
    try:
        while subprocess.run(
            chroot(image, ["/bin/sh", "-c", image.health]), env=environment, capture_output=True, check=False
        ).returncode:
            if server.poll() is not None:
                raise RuntimeError(f"the server stopped by itself with status {server.returncode}")
            if time.monotonic() - begun > START_SECONDS:
                raise RuntimeError(f"the health check failed for {START_SECONDS} s")
            time.sleep(0.5)
        healthy = time.monotonic() - begun
        if Path(f"/proc/{server.pid}").stat().st_uid == 0:
            raise RuntimeError("the server runs as root")
    finally:
        server.send_signal(signal.SIGTERM)
        status = server.wait(timeout=30)
    if status not in (0, -signal.SIGTERM, 128 + signal.SIGTERM):
        raise RuntimeError(f"the server stopped with status {status}")
    return healthy


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _size(root: Path) -> int:
    files = (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files)


def main() -> int:
    """Build and prove. 0 when the image starts, is healthy, and keeps its data."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suite", default="bookworm", help="Debian's release; its Python stands in for the base image")
    parser.add_argument("--mirror", default="http://deb.debian.org/debian", help="where Debian's packages are")
    parser.add_argument("--work", type=Path, help="an empty folder to work in and keep; else a temporary one")
    options = parser.parse_args()
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        print("This needs root (for chroot) and debootstrap (apt install debootstrap).", file=sys.stderr)
        return 2
    stages = parse((ROOT / "Dockerfile").read_text(encoding="utf-8"))
    work = options.work or Path(tempfile.mkdtemp(prefix="rollwith-image-"))
    work.mkdir(parents=True, exist_ok=True)
    work.chmod(0o755)
    try:
        if not (work / "debian").exists():
            bare_debian(work / "debian", options.suite, options.mirror)
        prove(build(stages, work / "debian", work))
    finally:
        if options.work is None:
            shutil.rmtree(work)
    print("== The Dockerfile's steps work.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
