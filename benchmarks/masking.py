"""How much personal data gets through the masks, and how much else is masked, on two data sets.

The roster is made of the people a file itself names, as a company's roster would be. The leak
rate is the share of characters of the marked values that stay readable; Presidio gets the same
roster. Then every text is hidden for a language model and restored, and compared byte for byte.
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
from benchmarks.peers.run import run_peer
from jixiao.data import Masker, Pseudonyms

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


Places = list[list[tuple[int, int]]]


def own_places(texts: list[str], people: list[str], language: str) -> tuple[Places, float]:
    """Return what the masks find in each text, and the processor seconds."""
    del language
    masker = Masker.of(people)
    started = time.process_time()
    found = [masker.find(text) for text in texts]
    seconds = time.process_time() - started
    return [[(span.start, span.end) for span in spans] for spans in found], seconds


def presidio_places(texts: list[str], people: list[str], language: str) -> tuple[Places, float]:
    """Return what Presidio finds in each text, and the processor seconds."""
    request = {"texts": texts, "names": people, "language": language}
    answer = run_peer("presidio", "presidio_run.py", request, threads=1)
    return answer["spans"], answer["seconds"]


def measure(
    name: str, texts: list[tuple[str, Marked]], found: Places, seconds: float
) -> dict[str, Any]:
    """Count characters that leak by kind, and characters masked outside all marked values."""
    total: dict[str, int] = defaultdict(int)
    leaked: dict[str, int] = defaultdict(int)
    plain = over = 0
    for (text, marks), spans in zip(texts, found, strict=True):
        hidden = {at for start, end in spans for at in range(start, end)}
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


def round_trip(texts: list[tuple[str, Marked]], people: list[str]) -> dict[str, Any]:
    """Hide and restore every text; count those that come back byte for byte and those changed."""
    masker = Masker.of(people)
    same = changed = tokens = 0
    started = time.process_time()
    for text, _ in texts:
        names = Pseudonyms(masker)
        hidden = names.hide(text)
        tokens += len(names.tokens)
        changed += hidden != text
        same += names.restore(hidden).encode() == text.encode()
    seconds = time.process_time() - started
    return {
        "texts": len(texts),
        "hold a token": changed,
        "tokens": tokens,
        "restored byte for byte": same,
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
    parser.add_argument("--no-peer", action="store_true", help="leave Presidio out")
    parser.add_argument("--show", type=int, default=0, help="print so many failures")
    options = parser.parse_args()
    folder = data_folder(options.data)
    results, trips = [], []
    for name, load in (("pii_en_presidio", english), ("pii_zh_multipriv", chinese)):
        texts, people = load(folder)
        language = name[4:6]
        finders = [("jixiao", own_places)]
        finders += [] if options.no_peer else [("Presidio", presidio_places)]
        for who, find in finders:
            found, seconds = find([text for text, _ in texts], people, language)
            results.append({"by": who} | measure(name, texts, found, seconds))
        trips.append({"set": name} | round_trip(texts, people))
        if options.show:
            failures(texts, people, options.show)
    kinds = ["person", "id number", "phone", "e-mail", "card", "IBAN", "IP", "URL"]
    columns = ["set", "by", "texts", "leak", *kinds, "over-masked", "texts/s"]
    rows = [{column: result.get(column) for column in columns} for result in results]
    note = (
        "Leak: share of the characters of marked values that stay readable, roster from the file "
        "itself, given to both. Over-masked: share of the characters outside every marked value "
        "that are masked. Presidio 2.2.366 with blank spaCy pipelines, the names as a deny list "
        "(Chinese: as a pattern, and phones of China); it knows no Chinese identity numbers."
    )
    write_section("Masking of personal data", rows, note=note)
    told = "Names, identifiers and gendered words become tokens for a language model, and back."
    write_section("Masking there and back", trips, note=told)
    write_json(options.json, {"masking": results, "round_trip": trips})
    for row in [*rows, *trips]:
        print(row)


if __name__ == "__main__":
    main()
