"""The room hands on what it promises, and loads only what is named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import jixiao.data


def test_every_promised_name_is_handed_on():
    for name in jixiao.data.__all__:
        assert getattr(jixiao.data, name) is not None
    assert set(jixiao.data.__all__) <= set(dir(jixiao.data))


def test_no_name_that_is_loaded_late_is_the_name_of_a_file():
    files = {path.stem for path in Path(jixiao.data.__file__).parent.glob("*.py")}
    assert not files & set(jixiao.data._HOME_OF)


def test_checking_a_table_loads_nothing_that_masks_or_learns():
    program = "import sys; from jixiao.data import check; print(*sys.modules)"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "jixiao.data.check" in loaded
    assert not {"jixiao.data.mask", "jixiao.data.leaks", "sklearn", "torch"} & loaded
