"""What must stay light: importing, asking for help, and scoring without torch."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("torch", "transformers", "sklearn", "polars", "pandas", "lightgbm", "openvino")


def modules_after(code: str) -> set[str]:
    report = "\nimport sys; print('\\n'.join(sys.modules), file=sys.stderr)"
    ran = subprocess.run(
        [sys.executable, "-c", code + report], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in ran.stderr.split()}


def test_importing_the_package_loads_nothing_heavy():
    assert not modules_after("import jixiao") & {*HEAVY, "numpy", "pydantic"}


def test_help_loads_nothing_heavy():
    code = (
        "import jixiao.bootstrap as b\ntry:\n    b.main(['--help'])\nexcept SystemExit:\n    pass"
    )
    assert not modules_after(code) & {*HEAVY, "numpy", "pydantic"}


def test_scoring_by_command_never_imports_torch(trained, tmp_path):
    data = trained.parent / "reviews.csv"
    words = ["score", str(trained), "--data", str(data), "--out", str(tmp_path / "s.csv")]
    loaded = modules_after(f"import jixiao.bootstrap as b\nassert b.main({words!r}) == 0")
    assert not loaded & {"torch", "transformers", "nncf", "peft"}
