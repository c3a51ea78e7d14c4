"""How much personal data gets through the masks, and how much else is masked, on two data sets.

The roster is made of the people a file itself names, as a company's roster would be. The leak
rate is the share of characters of the marked values that stay readable.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.page import data_folder, write_json, write_section
from jixiao.data.mask import Masker

EN_TYPES = {
    "PERSON": "person",
    "PHONE_NUMBER": "phone",
    "EMAIL_ADDRESS": "e-mail",
    "CREDIT_CARD": "card",
    "IBAN_CODE": "IBAN",
    "US_SSN": "id number",
    "US_DRIVER_LICENSE": "id number",
    "IP_ADDRESS": "IP",
    "DOMAIN_NAME": "URL",
}
ZH_FIELDS = {
    "name": "person",
    "doctor": "person",
    "idCardNumbers": "id number",
    "emailAddress": "e-mail",
    "phoneNumbers": "phone",
}
Marked = list[tuple[int, int, str]]


def english(folder: Path) -> tuple[list[tuple[str, Marked]], list[str]]:
    """Texts with marked values of the kinds that masking covers, and the people named."""
    path = folder / "pii_en_presidio" / "synth_dataset_v2.json.gz"
    rows = json.loads(gzip.decompress(path.read_bytes()))
    texts, people = [], set()
    for row in rows:
        marks = []
        for span in row["spans"]:
            if span["entity_type"] == "PERSON":
                people.add(span["entity_value"])
            if kind := EN_TYPES.get(span["entity_type"]):
                marks.append((span["start_position"], span["end_position"], kind))
            else:
                marks.append((span["start_position"], span["end_position"], ""))
        texts.append((row["full_text"], marks))
    return texts, sorted(people)


def chinese(folder: Path) -> tuple[list[tuple[str, Marked]], list[str]]:
    """Paragraphs with every place of the record's values, and the people named."""
    rows = json.loads((folder / "pii_zh_multipriv" / "people_zh.json").read_text())
    texts, people = [], set()
    for row in rows:
        text, marks = row["naturalParagraph"], []
        people |= {row["name"], row["doctor"]}
        for field, kind in ZH_FIELDS.items():
            value = str(row[field])
            marks += [(m.start(), m.end(), kind) for m in re.finditer(re.escape(value), text)]
        texts.append((text, marks))
    return texts, sorted(people)


def measure(name: str, texts: list[tuple[str, Marked]], people: Iterable[str]) -> dict[str, Any]:
    """Count characters that leak by kind, and characters masked outside all marked values."""
    masker = Masker.of(people)
    started = time.perf_counter()
    found = [masker.find(text) for text, _ in texts]
    seconds = time.perf_counter() - started
    total: dict[str, int] = defaultdict(int)
    leaked: dict[str, int] = defaultdict(int)
    plain = over = 0
    for (text, marks), spans in zip(texts, found, strict=True):
        hidden = {at for span in spans for at in range(span.start, span.end)}
        marked: set[int] = set()
        for start, end, kind in marks:
            places = set(range(start, end))
            marked |= places
            if kind:
                total[kind] += len(places)
                leaked[kind] += len(places - hidden)
        free = set(range(len(text))) - marked
        plain += len(free)
        over += len(free & hidden)
    return {
        "set": name,
        "texts": len(texts),
        "leak": sum(leaked.values()) / sum(total.values()),
        "over-masked": over / plain,
        **{kind: leaked[kind] / total[kind] for kind in total},
        "texts/s": len(texts) / seconds,
    }


def failures(texts: list[tuple[str, Marked]], people: Iterable[str], limit: int) -> None:
    """Print places that leak and places masked without a mark, to look at."""
    masker = Masker.of(people)
    shown = 0
    for text, marks in texts:
        spans = masker.find(text)
        hidden = {at for span in spans for at in range(span.start, span.end)}
        for start, end, kind in marks:
            if kind and set(range(start, end)) - hidden and shown < limit:
                shown += 1
                print(
                    "LEAK", kind, repr(text[start:end]), repr(text[max(0, start - 30) : end + 20])
                )
        for span in spans:
            touched = any(start < span.end and span.start < end for start, end, _ in marks)
            if not touched and shown < limit:
                shown += 1
                around = text[max(0, span.start - 30) : span.end + 20]
                print("OVER", span.kind, repr(text[span.start : span.end]), repr(around))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--json")
    parser.add_argument("--show", type=int, default=0, help="print so many failures")
    options = parser.parse_args()
    folder = data_folder(options.data)
    results = []
    for name, load in (("pii_en_presidio", english), ("pii_zh_multipriv", chinese)):
        texts, people = load(folder)
        results.append(measure(name, texts, people))
        if options.show:
            failures(texts, people, options.show)
    kinds = ["person", "id number", "phone", "e-mail", "card", "IBAN", "IP", "URL"]
    columns = ["set", "texts", "leak", *kinds, "over-masked", "texts/s"]
    rows = [{column: result.get(column) for column in columns} for result in results]
    note = (
        "Leak: share of the characters of marked values that stay readable, roster from the file "
        "itself. Over-masked: share of the characters outside every marked value that are masked."
    )
    write_section("Masking of personal data", rows, note=note)
    write_json(options.json, results)
    for row in rows:
        print(row)


if __name__ == "__main__":
    main()
