"""Where a file comes from: whether it is as it was signed, and by whose key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jixiao.core import ReportError
from jixiao.reports import FORMATS, Verdict, check_seal, key_of_pem
from jixiao.services.exporting import KEY_FILE
from jixiao.services.results import Result

_TOLD = {
    "good": "signed, and as it was signed",
    "changed": "changed since it was signed",
    "unsigned": "not signed: no seal in it",
    "unknown key": "as it was signed, but by a key that is not known here",
}
_HINTS = {
    "good": "",
    "changed": "make the report again, or ask its maker for the file",
    "unsigned": "make the report again; every report of this version is signed",
    "unknown key": f"get {KEY_FILE} from its maker and give it with --key",
}


@dataclass(frozen=True)
class ProvenanceResult(Result):
    """What is known about where a file comes from."""

    path: Path
    verdict: Verdict
    trusted: Path | None

    @property
    def is_good(self) -> bool:
        """Whether the file is as it was signed, by a key that is known."""
        return self.verdict.state == "good"

    def to_json(self) -> dict[str, Any]:
        """Return state, key, where the trusted key lies, and what was signed."""
        return {
            "path": str(self.path),
            "state": self.verdict.state,
            "key": self.verdict.key,
            "trusted_key": str(self.trusted) if self.trusted else None,
            "statement": self.verdict.statement,
        }

    def to_text(self) -> str:
        """Return the state in words, and what was signed."""
        state = self.verdict.state
        lines = [f"{self.path.name}: {_TOLD[state]}"]
        if _HINTS[state]:
            lines.append(f"  Hint: {_HINTS[state]}")
        if self.verdict.key:
            vouched = f", in {self.trusted}" if self.is_good else ""
            lines.append(f"  key: {self.verdict.key}{vouched}")
        for name, value in self.verdict.statement.items():
            if isinstance(value, dict):
                value = ", ".join(f"{key} {'yes' if on else 'no'}" for key, on in value.items())
            lines.append(f"  {name}: {value or '–'}")
        return "\n".join(lines)


def check_provenance(path: Path, *, key: Path | None, workspace: Path) -> ProvenanceResult:
    """Say whether a file is as it was signed, and whether a known key signed it.

    Args:
        path: A report as ``jixiao report`` wrote it, in any format.
        key: A public key; when None, that of the workspace the file lies in, or of ``workspace``.
        workspace: Folder whose key counts where the file lies in no workspace.

    Raises:
        ReportError: If there is no such file, its ending is unknown, or the key is none.
    """
    kind = path.suffix.lower().removeprefix(".")
    if not path.is_file() or kind not in FORMATS:
        raise ReportError(
            "JX-E530",
            "provenance",
            expected=f"a report's file ending in {', '.join(f'.{name}' for name in FORMATS)}",
            got="no such file" if kind in FORMATS else f"the ending {path.suffix!r}",
            hint="name a file that jixiao report wrote",
        )
    trusted = key or _own_key(path, workspace)
    keys = [] if trusted is None else [key_of_pem(_read(trusted), trusted.name)]
    return ProvenanceResult(path, check_seal(path.read_bytes(), kind, keys=keys), trusted)


def _own_key(path: Path, workspace: Path) -> Path | None:
    """Return the public key of the workspace that a file lies in, or of another one."""
    for folder in (*path.resolve().parents, workspace.resolve()):
        if (folder / "jixiao.yaml").is_file() and (folder / KEY_FILE).is_file():
            return folder / KEY_FILE
    return None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReportError(
            "JX-E533",
            "--key",
            expected="a file with a public key",
            got=type(error).__name__,
            hint=f"take {KEY_FILE} of the workspace that made the report",
        ) from error
