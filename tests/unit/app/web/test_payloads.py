"""Sixty scripts and forty formulas in every text that is kept, on every page and in every file.

An organisation is looked at twice: with a payload wherever people or other programs can write, and
with a harmless text of the same shape. Both must have the same elements, attributes and kinds of
address, and no file may hold anything that a program would run, compute or follow.
"""

from __future__ import annotations

import dataclasses
import types
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest
import yaml
from tests.payloads import PAYLOADS, SCRIPTS, TURNS, dealt, twin
from tests.planted_case import Planted, make_planted
from tests.sinks_case import faults, shape
from tests.views_case import route_of, seen, telling

from jixiao.contracts.office import RECORDS

REVIEWED = Path(__file__).with_name("reviewed_texts.yaml")
BOUND = {
    "words of the program, told by their Literal or written by it alone": (
        *("audit_entries.hash", "audit_entries.previous", "cycles.period", "deliveries.event"),
        *("jobs.kind", "jobs.worker", "papers.level", "papers.period", "judgements.period"),
        *("uploads.ending", "viewings.how", "api_keys.scopes", "hooks.events", "cycles.due"),
        *("jobs.arguments", "papers.seeded", "judgements.final"),
    ),
    "ids, hashes, secrets and tokens, made here": (
        *("accounts.password", "accounts.totp", "accounts.codes", "accounts.oidc"),
        *("sessions.csrf", "api_keys.secret", "hooks.secret", "attempts.who", "paper_texts.hash"),
        *("papers.name", "papers.report", "papers.text", "papers.author", "approvals.text"),
        *("people.pseudonym", "replays.request", "uploads.digest", "uploads.job", "viewings.text"),
    ),
    "an address that is checked when it is given and sent to, shown as text": ("hooks.url",),
    "what a program was answered, given back to it alone, as JSON": ("replays.body",),
}
"""Columns of text that take no free text, by the reason."""
QUICK = "=" + "".join(SCRIPTS)
"""All scripts in one text that begins like a formula."""


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    with pytest.MonkeyPatch.context() as patch:
        made = make_planted(tmp_path_factory.mktemp("planted") / "office", patch)
        yield made
        made.office.store.close()


def _texts() -> dict[str, set[str]]:
    """Return the columns of each kind of record that are texts or hold some."""
    found = {}
    for table, kind in RECORDS.items():
        hints = get_type_hints(kind)
        names = [one.name for one in dataclasses.fields(kind) if one.name != "id"]
        found[table] = {name for name in names if _holds_text(hints[name])}
    return found


def _holds_text(hint: Any) -> bool:
    if get_origin(hint) in (tuple, types.UnionType):
        return any(_holds_text(one) for one in get_args(hint))
    return hint is str or get_origin(hint) is dict


def is_id(column: str) -> bool:
    """Return whether a column holds the id of another record."""
    return column in _IDS


_IDS = frozenset(
    {"person", "manager", "account", "giver", "taker", "by", "paper", "cycle", "reviewer"}
    | {"subject", "rater", "approver", "decider", "hook"}
)


def test_every_column_of_text_is_planted_or_bound(planted: Planted) -> None:
    planted_ones = planted.fields()
    bound = {one for names in BOUND.values() for one in names}
    for table, columns in _texts().items():
        for column in columns:
            name = f"{table}.{column}"
            told = f"{name}: let MARK stand in it in planted_case.py, or name it in BOUND"
            assert name in planted_ones or name in bound or is_id(column), told
    assert not planted_ones & bound, "no text that is planted is bound"
    assert "paper_texts.body" in planted_ones
    assert len(planted_ones) >= 30


@pytest.mark.slow
def test_where_each_text_is_shown_was_reviewed(planted: Planted) -> None:
    assert _shown(planted) == yaml.safe_load(REVIEWED.read_text("utf-8")), _HINT


_HINT = f"python -m {__name__} writes {REVIEWED.name} anew; read its difference line by line"


def _shown(planted: Planted) -> dict[str, list[str]]:
    """Return the routes that show each column and file in which the mark stands."""
    names = sorted({*planted.fields(), *planted.files, "ratings"})
    words = {name: f"Zq{at}q" for at, name in enumerate(names)}
    planted.sow_each(lambda name: words.get(name, "Zqq"))
    found: dict[str, set[str]] = defaultdict(set)
    for (_, address), answer in seen(planted).items():
        route = answer.request.url.path and route_of(planted, address)
        for name, word in words.items():
            if word in answer.text:
                found[name].add(route)
    return {name: sorted(found[name]) for name in names}


@pytest.mark.slow
def test_a_page_has_the_same_elements_whatever_is_written(planted: Planted) -> None:
    planted.sow(twin(QUICK))
    wanted = {at: shape(one) for at, one in seen(planted).items()}
    planted.sow(QUICK)
    found = seen(planted)
    wrong = [(at, what) for at, one in found.items() if (what := faults(at[1], one))]
    for at, one in found.items():
        if differing := (shape(one) - wanted[at]) | (wanted[at] - shape(one)):
            wrong.append((at, list(map(str, differing))[:6]))
    assert not wrong, "\n".join(map(str, wrong[:20]))
    assert sum(one.status_code == 200 for one in found.values()) > 300


@pytest.mark.long
def test_each_payload_runs_on_no_page_and_in_no_file(planted: Planted) -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) == 100
    pairs = sorted(telling(planted))
    assert len(pairs) > 80
    names = sorted({*planted.fields(), *planted.files, "ratings"})
    for turn in range(TURNS):
        texts = {name: dealt(at, turn) for at, name in enumerate(names)}
        units = next(text for name, text in texts.items() if name.endswith(".unit"))
        texts |= dict.fromkeys((name for name in names if name.endswith(".unit")), units)
        plain = {text: f"{twin(text)}q{at}" for at, text in enumerate(PAYLOADS)}
        planted.sow_each(lambda name, texts=texts, plain=plain: plain.get(texts.get(name), ""))
        wanted = {at: _without_labels(shape(one)) for at, one in seen(planted, pairs).items()}
        planted.sow_each(lambda name, texts=texts: texts.get(name, ""))
        found = seen(planted, pairs)
        wrong = [(turn, at) for at, one in found.items() if faults(at[1], one)]
        wrong += [
            (turn, at) for at, one in found.items() if _without_labels(shape(one)) != wanted[at]
        ]
        assert not wrong


def _without_labels(shape: Counter[Any]) -> Counter[Any]:
    """Return a shape without labels of charts: of narrower letters more find room."""
    return Counter({one: n for one, n in shape.items() if one[0] != "text"})


def _write() -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        made = make_planted(Path(folder) / "office", patch)
        found = _shown(made)
        made.office.store.close()
    head = "# Where each text that is kept is shown; reviewed, see test_payloads.py.\n"
    REVIEWED.write_text(head + yaml.safe_dump(found, sort_keys=True, width=100), "utf-8")


if __name__ == "__main__":
    _write()
