"""Builds the peers' environments: ``python -m benchmarks.peers.build [NAME…]``.

Each ``NAME.txt`` becomes ``.venvs/NAME`` (not under version control). A finished environment
carries the hash of its requirements and is left alone until they change.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENVS = HERE / ".venvs"


def peer_names() -> list[str]:
    """Return the peers that have a requirements file."""
    return sorted(path.stem for path in HERE.glob("*.txt"))


def python_of(name: str) -> Path:
    """Return the interpreter of a peer's environment."""
    return VENVS / name / "bin" / "python"


def is_built(name: str) -> bool:
    """Return whether the environment is complete and as its requirements say."""
    mark = VENVS / name / "built"
    return mark.is_file() and mark.read_text("utf-8") == _hash(name) and python_of(name).exists()


def build(name: str) -> None:
    """Make a peer's environment if it is missing, half made or out of date."""
    if name not in peer_names():
        raise SystemExit(f"unknown peer {name!r}; known: {', '.join(peer_names())}")
    if is_built(name):
        print(f"{name}: ready", file=sys.stderr)
        return
    folder = VENVS / name
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    wanted = ["-r", str(HERE / f"{name}.txt")]
    install = [str(python_of(name)), "-m", "pip", "install", "--quiet", "--only-binary", ":all:"]
    subprocess.run([*install, *wanted], check=True)
    (folder / "built").write_text(_hash(name), "utf-8")
    print(f"{name}: built", file=sys.stderr)


def _hash(name: str) -> str:
    return hashlib.sha256((HERE / f"{name}.txt").read_bytes()).hexdigest()


def main() -> None:
    """Build the named environments, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"any of {', '.join(peer_names())}; all if none")
    for name in parser.parse_args().names or peer_names():
        build(name)


if __name__ == "__main__":
    main()
