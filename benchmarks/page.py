"""Writes one benchmark's table into docs/benchmarks.md, with date, machine and command."""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = "# Benchmarks\n\nEvery table is written by the command above it; none is typed by hand.\n"


def data_folder(argument: str | None) -> Path:
    """Return the folder of the real data sets: the argument, JIXIAO_DATA or ../shared/data."""
    return Path(argument or os.environ.get("JIXIAO_DATA") or ROOT / "../shared/data").resolve()


def machine() -> str:
    """Return the processor, its cores and the system in one line."""
    cpu = platform.processor() or "unknown processor"
    info = Path("/proc/cpuinfo")
    if info.exists() and (found := re.search(r"model name\s*:\s*(.+)", info.read_text())):
        cpu = found[1]
    return (
        f"{os.cpu_count()} cores of {cpu}, {platform.system()}, Python {platform.python_version()}"
    )


def table(rows: list[dict[str, Any]]) -> str:
    """Return a Markdown table; the keys of the first row are the headings."""
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(_cell(row.get(name)) for name in names) + " |" for row in rows]
    return "\n".join(lines)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def write_section(name: str, rows: list[dict[str, Any]], *, note: str = "") -> None:
    """Put a table under its own heading, in the place of the one that stood there.

    Args:
        name: Heading, unique in the page.
        rows: The table; one dict a row, the same keys in each.
        note: A paragraph under the table.
    """
    shown = [arg for arg in sys.argv[1:] if not arg.startswith("/")]
    command = f"python -m {_module()} {' '.join(shown)}".strip()
    stamp = datetime.now(UTC).date().isoformat()
    body = f"## {name}\n\n{stamp}; {machine()}; `{command}`\n\n{table(rows)}\n"
    if note:
        body += f"\n{note}\n"
    page = PAGE.read_text() if PAGE.exists() else HEAD
    pattern = re.compile(rf"## {re.escape(name)}\n.*?(?=\n## |\Z)", re.DOTALL)
    page = pattern.sub(lambda _: body, page) if pattern.search(page) else f"{page}\n{body}"
    PAGE.write_text(page)


def write_json(path: str | None, value: Any) -> None:
    """Write the result as JSON when a path is given."""
    if path:
        Path(path).write_text(json.dumps(value, indent=1, ensure_ascii=False))


def _module() -> str:
    spec = sys.modules["__main__"].__spec__
    return spec.name if spec else "benchmarks"
