from __future__ import annotations

import pytest

from jixiao.core import WorkspaceError
from jixiao.gateways import WorkspaceFolder


def test_a_kept_report_is_there_in_the_next_run(tmp_path):
    store = WorkspaceFolder(tmp_path)
    with store.report_log() as log:
        assert log.last("reports/en/a") is None
        log.keep("reports/en/a", b"{}" * 999, ["pdf", "html"])
        assert log.last("reports/en/a") == (b"{}" * 999, frozenset({"html", "pdf"}))
    with store.report_log() as log:
        log.keep("reports/en/a", b"{1}", ["md"])
    with store.report_log() as log:
        assert log.last("reports/en/a") == (b"{1}", frozenset({"md"}))


def test_a_run_that_fails_keeps_nothing(tmp_path):
    store = WorkspaceFolder(tmp_path)

    def fail() -> None:
        with store.report_log() as log:
            log.keep("a", b"x", ["md"])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.report_log() as log:
        assert log.last("a") is None


def test_a_damaged_record_is_named(tmp_path):
    (tmp_path / ".reported.sqlite").write_bytes(b"no database at all" * 99)
    with (
        pytest.raises(WorkspaceError, match=r"\.reported\.sqlite: expected the record"),
        WorkspaceFolder(tmp_path).report_log(),
    ):
        pass
