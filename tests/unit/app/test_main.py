import errno
import json
import os
from typing import Any, NoReturn

import pytest

from jixiao.app.cli.main import main
from jixiao.core import DataError, ManyErrors


class Failing:
    """A workspace whose verbs raise."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def evaluate(self, model_id: str | None = None) -> Any:
        raise self.error


def no_office(*words: str | None) -> NoReturn:
    raise AssertionError("no web application is asked for")


def fail_with(error: Exception, *more: str) -> int:
    return main(["evaluate", "d", *more], lambda folder, told: Failing(error), no_office)


def data_error(place: str) -> DataError:
    return DataError("JX-E203", place, expected="a table", got="an empty file")


def test_an_error_of_the_user_leaves_with_two_and_speaks_on_stderr(capsys):
    assert fail_with(data_error("a.csv")) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "[JX-E203] a.csv: expected a table, got an empty file\n"


def test_json_holds_every_one_of_several_errors(capsys):
    several = ManyErrors([data_error("a.csv"), data_error("b.csv")])
    assert fail_with(several, "--json") == 2
    found = json.loads(capsys.readouterr().out)["errors"]
    assert [error["place"] for error in found] == ["a.csv", "b.csv"]


def test_a_full_disk_is_told_without_a_traceback(capsys):
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/somewhere/deep/scores.csv")
    assert fail_with(full) == 2
    told = capsys.readouterr().err
    assert told.startswith("[JX-E406] scores.csv: expected a place that can be read and written")
    assert "No space left on device" in told
    assert "/somewhere" not in told


def test_a_fault_of_the_program_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        fail_with(ZeroDivisionError())
    with pytest.raises(OSError, match="No space"):
        fail_with(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "--traceback")


def test_an_interrupted_command_says_that_it_can_go_on(capsys):
    assert fail_with(KeyboardInterrupt()) == 130
    assert "run the same command again" in capsys.readouterr().err
