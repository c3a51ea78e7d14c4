"""Sixty scripts and forty formulas through every field that can be sent: no answer runs them.

Fields are found from the application: parameters of its routes, the description of its API, the
forms on its pages, and the parts of files. What became of each stands in ``reviewed_fields.yaml``,
read by people; where a field is kept, it is in a column that ``test_payloads.py`` shows on every
page and in every file.
"""

from __future__ import annotations

import csv
import io
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.field_requests import CODE, UNMET, WORD, Case, World, cases
from tests.fields_case import Field, declared, forms_of_templates, of_forms
from tests.office_case import SECRET
from tests.payloads import PAYLOADS, RAN, TURNS, dealt, twin
from tests.planted_case import Planted, columns_of, make_planted
from tests.sinks_case import running, shape
from tests.unit.app.web.test_payloads import BOUND
from tests.views_case import seen

from jixiao.contracts.office import Account, Option
from jixiao.office.safety.holding import HOLD
from jixiao.office.secrets import totp_code

REVIEWED = Path(__file__).with_name("reviewed_fields.yaml")
TOKEN = "qword7"
QUICK = (f'="><script>{RAN}</script><img src=x onerror="{RAN}">',)
PARTS = ("name", "header", "cell")
"""What of a file holds the text."""


@dataclass
class Sender:
    """Sends requests to the planted organisation, always as it was sown."""

    planted: Planted
    cases: dict[str, Case]
    usual: dict[str, str]

    def send(self, one: Field, text: str | None) -> Any:
        """Return the answer to a right request with one field exchanged, or to the right one."""
        case = self.cases.get(f"{one.method} {one.path}") or Case(self._who(one))
        ids = {**self.usual, **case.ids}
        body = deepcopy(case.body)
        if body.get("again") == CODE["again"]:
            body["again"] = totp_code(SECRET, time.time())
        headers: dict[str, Any] = {}
        query: dict[str, Any] = {"format": "json"} if "/exports/" in one.path else {}
        if text is not None and one.place == "path":
            ids[one.name] = text
        elif text is not None and one.place == "query":
            query[one.name] = text
        elif text is not None and one.place == "header":
            headers[one.name] = text.encode()
        elif text is not None:
            _exchange(body, one, text)
        address = re.sub(r"{(\w+)}", lambda name: _quoted(ids[name[1]]), one.path)
        more = self._body(one, body)
        client = self.planted.clients[case.who]
        return client.request(one.method, address, params=query, headers=headers, **more)

    def _who(self, one: Field) -> str:
        order = ("analyst", "administrator", "manager", "employee", "auditor", "nobody")
        fields = Field(one.method, one.path, "path", "")
        for who in order:
            self.cases[f"{one.method} {one.path}"] = Case(who)
            status = self.send(fields, None).status_code
            if one.method != "GET":
                self.planted.restore()
            if status != 403:
                return who
        return "nobody"

    def _body(self, one: Field, body: dict[str, Any]) -> dict[str, Any]:
        if one.method in ("GET", "DELETE"):
            return {}
        files = {name: value for name, value in body.items() if isinstance(value, tuple)}
        if files:
            plain = {name: value for name, value in body.items() if name not in files}
            return {"files": files, "data": plain}
        is_api = one.path.startswith("/api/")
        return {"json": body} if is_api and body else {"data": body}


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


def _file(name: str, content: bytes, part: str, text: str) -> tuple[str, bytes]:
    """Return a CSV file with a text as its name, as a further column or in its last one."""
    if part == "name":
        return f"{text}.csv", content
    head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    made = io.StringIO()
    writer = csv.writer(made)
    is_head = part == "header"
    writer.writerow([*head, text] if is_head else head)
    writer.writerows([*row, "x"] if is_head else [*row[:-1], text] for row in rows)
    return name, made.getvalue().encode()


def _exchange(body: dict[str, Any], one: Field, text: str) -> None:
    """Put a text where a field stands in a body."""
    if one.place == "file":
        name, part = one.name.split("#")
        body[name] = _file(*body[name], part, text)
        return
    at: Any = body
    *above, last = one.name.replace("[]", ".0").split(".")
    for step in above:
        at = at[int(step)] if isinstance(at, list) else at.setdefault(step, {})
    if isinstance(at, list):
        at[int(last)] = text
    elif last == "KEY":
        at[text] = next(iter(at.values()), text)
    elif last.endswith("*"):
        keys = [key for key in at if key.startswith(last[:-1])]
        words = [key for key in keys if isinstance(at[key], str)]
        at[next(iter([*words, *keys, last.replace("*", "0")]))] = text
    else:
        at[last] = text


@pytest.fixture(scope="module")
def sender(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sender]:
    with pytest.MonkeyPatch.context() as patch:
        yield from _senders(tmp_path_factory.mktemp("fields"), patch)


def _senders(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Sender]:
    planted = make_planted(folder / "office", patch)
    planted.sow(WORD)
    with planted.office.changing("test", "hold.end", "option", HOLD) as change:
        change.replace(change.get(Option, HOLD), value={"is_on": False, "since": "", "reason": ""})
        for account in change.find(Account, totp__ne=""):
            change.replace(account, totp_last=0)
    world = World(planted)
    made = cases(world)
    planted.office.store.copy_to(planted.base.with_name("ready.db"))
    planted.base.with_name("ready.db").replace(planted.base.with_name("sown.db"))
    yield Sender(planted, made, world.usual)
    planted.office.store.close()


def all_fields(sender: Sender) -> list[Field]:
    """Return every field of the application."""
    app: Any = sender.planted.clients["analyst"].app
    pages = [one.text for one in seen(sender.planted).values() if _is_page(one)]
    compared = sender.send(Field("POST", "/calibration/compare", "form", "period"), None)
    found = {*declared(app), *of_forms(app, [*pages, compared.text])}
    files = {one for one in found if one.place == "file"}
    parts = {Field(f.method, f.path, "file", f"{f.name}#{part}") for f in files for part in PARTS}
    return sorted((found - files) | parts)


def _is_page(answer: Any) -> bool:
    return answer.status_code == 200 and "html" in answer.headers.get("content-type", "")


def became(sender: Sender, one: Field) -> dict[str, Any]:
    """Return what became of a word in a field: refused or taken, told in the answer, kept where."""
    answer = sender.send(one, TOKEN)
    told: dict[str, Any] = {"was": "refused" if answer.status_code >= 400 else "taken"}
    if TOKEN in answer.text:
        told["told"] = True
    if one.method != "GET" and (kept := _kept(sender.planted)):
        told["kept"] = kept
    coded = "again" in sender.cases[f"{one.method} {one.path}"].body  # a code works once
    if (coded or answer.status_code not in (403, 404, 422)) and one.method != "GET":
        sender.planted.restore()
    return told


def _kept(planted: Planted) -> list[str]:
    """Return the columns and files in which the word now stands."""
    folder = planted.office.workspace.store.base
    address = f"file:{folder / 'office.sqlite'}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as held:
        found = [
            f"{table}.{column}"
            for table, column in columns_of(held)
            if held.execute(
                f'SELECT 1 FROM {table} WHERE instr("{column}", ?)', (TOKEN,)
            ).fetchone()
        ]
    for path in sorted(folder.rglob("*")):
        is_file = path.is_file() and "office.sqlite" not in path.name
        if is_file and TOKEN.encode() in path.read_bytes():
            name = path.relative_to(folder).as_posix()
            found.append(re.sub(r"[0-9a-f]{20,}", "*", name))
    return found


def test_every_right_request_is_taken(sender: Sender) -> None:
    wrong = []
    for name in sender.cases:
        method, path = name.split(" ")
        sender.planted.restore()
        answer = sender.send(Field(method, path, "path", ""), None)
        if name not in UNMET and answer.status_code >= 400:
            wrong.append(
                (name, answer.status_code, re.sub(r"<[^>]*>|\s+", " ", answer.text)[-700:])
            )
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.slow
def test_what_becomes_of_every_field_was_reviewed(sender: Sender) -> None:
    reviewed = yaml.safe_load(REVIEWED.read_text("utf-8"))
    fields = all_fields(sender)
    sender.planted.restore()
    missing = {str(one) for one in fields} ^ reviewed.keys()
    told = f"give them a right request in tests/field_requests.py and run python -m {__name__}"
    assert not missing, f"{sorted(missing)}: {told}"
    for one in fields:
        name, by_body = f"{one.method} {one.path}", one.place in ("form", "json", "file")
        assert not by_body or name in sender.cases or name in UNMET, f"{name}: {told}"
    wrong = [
        (str(one), found, reviewed[str(one)])
        for one in fields
        if (found := became(sender, one)) != reviewed[str(one)]
    ]
    assert not wrong, "\n".join(map(str, wrong[:20]))


def test_what_is_kept_is_shown_as_a_payload_on_every_page(sender: Sender) -> None:
    reviewed = yaml.safe_load(REVIEWED.read_text("utf-8"))
    sown = sender.planted.fields() | {one for names in BOUND.values() for one in names}
    for name, told in reviewed.items():
        for one in told.get("kept", ()):
            known = one in sown or one in sender.planted.files or one.startswith(FILES)
            assert known, f"{name} is kept in {one}: plant the mark there in planted_case.py"


FILES = ("uploads/", "jixiao.yaml", "incoming/")
"""Where files lie as they were brought; what is read of them is in the columns and files sown."""


def test_every_form_of_the_templates_has_its_fields(sender: Sender) -> None:
    app: Any = sender.planted.clients["analyst"].app
    pages = [one.text for one in seen(sender.planted).values() if _is_page(one)]
    met = {re.sub(r"\{\w+\}", "*", one.path) for one in of_forms(app, pages)}
    bare = {re.sub(r"\{\w+\}", "*", one.path) for one in declared(app)}
    for action in forms_of_templates():
        plain = re.sub(r"\*[^/]*", "*", action)
        told = f"{action}: no page of the planted organisation shows this form"
        routes = {re.sub(r"\{\w+\}", "*", one.path) for one in app.routes if hasattr(one, "path")}
        assert plain in met | bare | routes, told


def harmless(sender: Sender, one: Field, text: str) -> list[str]:
    """Return what is wrong with the answer to a text in a field."""
    answer = sender.send(one, text)
    if answer.status_code in (401, 409, 429):
        sender.planted.restore()
        answer = sender.send(one, text)
    wrong = [f"status {answer.status_code}"] if answer.status_code >= 500 else []
    kind = answer.headers.get("content-type", "")
    if "html" in kind:
        wrong += running(answer.text)
        if not wrong and _told(answer.text, text):
            sender.planted.restore()
            other = sender.send(one, twin(text))
            if other.status_code == answer.status_code and shape(other) != shape(answer):
                wrong.append("other elements than a text without signs")
            sender.planted.restore()
    elif kind and "json" not in kind and "csv" not in kind and "plain" not in kind:
        wrong.append(kind)
    place = answer.headers.get("location", "/")
    if not place.startswith("/") or place.startswith("//"):
        wrong.append(f"leads to {place}")
    return wrong


def _told(page: str, text: str) -> bool:
    import html

    return text in html.unescape(page)


def _all_harmless(sender: Sender, texts: Callable[[int], Iterable[str]]) -> None:
    sender.planted.restore()
    wrong = []
    for at, one in enumerate(all_fields(sender)):
        for text in texts(at):
            if found := harmless(sender, one, text):
                wrong.append((str(one), text, found))
        if one.method != "GET":
            sender.planted.restore()
    assert not wrong, "\n".join(map(str, wrong[:20]))


@pytest.mark.slow
def test_a_payload_in_every_field_runs_in_no_answer(sender: Sender) -> None:
    _all_harmless(sender, lambda _: QUICK)


@pytest.mark.long
def test_ten_payloads_one_by_one_in_every_field_run_in_no_answer(sender: Sender) -> None:
    assert len(set(PAYLOADS)) == 100
    _all_harmless(sender, lambda at: (dealt(at, turn) for turn in range(TURNS)))


def _write() -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        for sender in _senders(Path(folder), patch):
            fields = all_fields(sender)
            sender.planted.restore()
            found = {str(one): became(sender, one) for one in fields}
    head = "# What becomes of a word in every field; reviewed, see test_payload_fields.py.\n"
    REVIEWED.write_text(head + yaml.safe_dump(found, sort_keys=False, width=100), "utf-8")


if __name__ == "__main__":
    _write()
