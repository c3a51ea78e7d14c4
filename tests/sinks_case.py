"""What must not come of a text: an element, an attribute, an address, a formula, a link."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from typing import Any

import openpyxl
from lxml import etree, html

PLAIN = re.compile(r"[-+]?\d[\d.,]*%?|[-+@=＝]*")
"""Cells that begin with a sign and are no formula: numbers, and signs alone."""
ADDRESSES = frozenset({"href", "src", "action", "formaction", "hx-get", "hx-post", "xlink:href"})
_RUNNING = ("hx-on", "on", "srcdoc", "style")
_PDF = re.compile(rb"/(?:JS|JavaScript|Launch|URI|OpenAction|AA|SubmitForm|EmbeddedFile)\b")

Shape = Counter[tuple[str, ...]]


def shape_of(page: str) -> Shape:
    """Return how often each element with its attributes and kinds of address stands on a page."""
    found: Shape = Counter()
    if not page.strip():
        return found
    for one in html.document_fromstring(page).iter():
        if not isinstance(one.tag, str):
            found["comment",] += 1
            continue
        attributes = sorted(map(str, one.attrib))
        kinds = [kind_of(str(one.get(name))) for name in attributes if name in ADDRESSES]
        found[str(one.tag), *attributes, *kinds] += 1
    return found


def kind_of(address: str) -> str:
    """Return the scheme of an address, or that it leads to this server."""
    squeezed = re.sub(r"[\s\x00-\x1f]", "", address)
    scheme, colon, _ = squeezed.partition(":")
    if colon and re.fullmatch(r"[a-zA-Z][\w+.-]*", scheme):
        return f"{scheme.casefold()}:"
    return "elsewhere" if squeezed.startswith(("//", "\\", "/\\")) else "here"


def running(page: str) -> list[str]:
    """Return what on a page could run, other than its own files."""
    found: list[str] = []
    if not page.strip():
        return found
    for one in html.document_fromstring(page).iter(etree.Element):
        for name, value in one.attrib.items():
            if str(name).casefold().startswith(_RUNNING):
                found.append(f"{one.tag} {name}")
            if name in ADDRESSES and kind_of(str(value)) not in ("here", "otpauth:", "data:"):
                found.append(f"{one.tag} {name} {kind_of(str(value))}")
        if one.tag == "script" and not str(one.get("src", "")).startswith("/static/"):
            found.append("script")
        if one.tag in ("iframe", "object", "embed", "base", "marquee"):
            found.append(str(one.tag))
    return found


def live_cells(name: str, content: bytes) -> list[str]:
    """Return the cells of a table that a program would compute or follow."""
    if name.endswith(".csv"):
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        assert rows, name
        return [one for row in rows for one in row if _runs(one)]
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    live = [str(one.coordinate) for one in cells if one.data_type == "f" or one.hyperlink]
    return live + [str(one) for one in book.defined_names]


def _runs(cell: str) -> bool:
    return cell[:1] in tuple("=+-@\t\r＝") and not PLAIN.fullmatch(cell)


def live_parts(content: bytes) -> list[str]:
    """Return what of a Word document or workbook is computed, embedded or leads out of it."""
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if re.search(r"vba|macro|embed|externalLink|activeX|connections", name, re.I):
                found.append(name)
            if not name.endswith((".xml", ".rels")):
                continue
            for one in etree.fromstring(package.read(name)).iter():
                if one.tag is not etree.Comment and (what := _alive(one, name)):
                    found.append(what)
    return found


def _alive(one: Any, name: str) -> str:
    tag = etree.QName(one).localname
    if tag in (
        "fldSimple",
        "instrText",
        "fldChar",
        "hyperlink",
        "object",
        "altChunk",
        "f",
        "script",
    ):
        is_range = tag == "f" and "/charts/" in name  # what a chart draws: ranges, no text
        return "" if is_range and re.fullmatch(r"='?[^!]+'?!\$.*", "=" + (one.text or "")) else tag
    return f"{name}: leads out" if one.get("TargetMode") == "External" else ""


def live_in_pdf(content: bytes) -> list[str]:
    """Return the names of actions in a PDF; text within streams is packed and no action."""
    outside = re.sub(rb"stream\r?\n.*?endstream", b"", content, flags=re.S)
    return [one.decode() for one in _PDF.findall(outside)]


def live_in_markdown(text: str) -> list[str]:
    """Return tags, links and pictures of a Markdown text; an escaped sign is none."""
    plain = re.sub(r"\\.", "", text)
    return re.findall(
        r"<[a-zA-Z/!?]|\]\(|\]\[|^\s{0,3}\[[^\]]+\]:|\bhttps?://|\bwww\.", plain, re.M
    )


def faults(address: str, answer: Any) -> list[str]:
    """Return what in an answer could run, compute or lead away."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    assert answer.headers["x-content-type-options"] == "nosniff", address
    ending = address.rpartition(".")[2]
    if kind == "text/html" and answer.text and ending != "html":
        assert "'unsafe" not in answer.headers["content-security-policy"]
        return running(answer.text)
    if kind == "text/csv":
        return live_cells("table.csv", answer.content)
    if kind.endswith("sheet"):
        return live_cells("book.xlsx", answer.content) + live_parts(answer.content)
    if kind.endswith("wordprocessingml.document"):
        return live_parts(answer.content)
    if kind == "application/pdf":
        return live_in_pdf(answer.content)
    return []


def shape(answer: Any) -> Counter[Any]:
    """Return what a page or Markdown text is made of; nothing for other files."""
    kind = answer.headers.get("content-type", "")
    if "html" in kind:
        return shape_of(answer.text)
    return Counter(live_in_markdown(answer.text) if "markdown" in kind else ())
