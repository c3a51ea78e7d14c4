from __future__ import annotations

import io
import re
import zlib

import pytest
from fontTools.ttLib import TTFont
from tests.golden.sample import sample

from jixiao.contracts import Claim, Section
from jixiao.reports import render
from jixiao.reports.exports import pdf
from jixiao.reports.exports.pdf import render_pdf, render_picture

NAMES = "喆堃玥镕䶮"


def streams(content: bytes) -> bytes:
    """Return all streams of a PDF, unpacked."""
    parts = []
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            parts.append(zlib.decompress(found[1]))
        except zlib.error:
            parts.append(found[1])
    return b"\n".join(parts)


def shown(content: bytes) -> set[str]:
    """Return the characters that a PDF's fonts map their glyphs to."""
    text = streams(content).decode("latin-1")
    found = set()
    for block in re.findall(r"beginbf(?:char|range)(.*?)endbf", text, re.DOTALL):
        for code in re.findall(r"<([0-9A-Fa-f]{4,8})>", block):
            found.add(bytes.fromhex(code).decode("utf-16-be", errors="ignore"))
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_character_of_a_name_has_its_glyph(language):
    report = sample(language).model_copy(update={"title": NAMES})
    assert set(NAMES) <= shown(render_pdf(report))


def test_the_regular_face_covers_gbk_and_the_bold_one_gb2312():
    fonts = {
        face: set(TTFont(pdf._folder() / "fonts" / f"NotoSansSC-{face}.ttf").getBestCmap())
        for face in ("Regular", "Bold")
    }
    for face, charset, leads in (("Regular", "gbk", 0x81), ("Bold", "gb2312", 0xB0)):
        wanted = set()
        for lead in range(leads, 0xFF):
            for trail in range(0x40, 0xFF):
                text = bytes([lead, trail]).decode(charset, errors="ignore")
                wanted |= {ord(c) for c in text if "\u4e00" <= c <= "\u9fff"}
        assert len(wanted) > 6000
        assert wanted <= fonts[face], face
    assert set(map(ord, NAMES)) <= fonts["Bold"]


def test_text_of_a_report_is_never_code():
    code = '#panic("run") $x$ *b* = h #sys.inputs.data <label> @ref \\ // /*'
    claim = Claim(text=code)
    report = sample("en").model_copy(
        update={
            "title": code,
            "sections": (Section(id="s", title=code, claims=(claim,)),),
            "provenance": {"writer": code, code: code},
        }
    )
    content = render_pdf(report)
    assert content.startswith(b"%PDF-")
    assert set("#$*=<@\\") <= shown(content)


def test_a_pdf_is_tagged_says_its_language_and_title_and_carries_no_date():
    content = render_pdf(sample("zh"))
    assert b"/StructTreeRoot" in content
    assert re.search(rb"/Lang\(zh", content)
    assert b"/CreationDate" not in content
    assert "喆堃".encode("utf-16-be").hex().upper().encode() in content.upper()


def test_a_long_report_breaks_over_pages():
    claims = tuple(Claim(text="每一页都放得下。" * 12) for _ in range(120))
    report = sample("zh").model_copy(
        update={"sections": (Section(id="s", title="x", claims=claims),)}
    )
    assert len(re.findall(rb"/Type/Page\b", render_pdf(report))) >= 4


def test_a_picture_is_a_png_of_its_chart_on_white():
    from PIL import Image

    for chart in sample("zh").sections[0].charts:
        picture = Image.open(io.BytesIO(render_picture(chart, "zh"))).convert("RGB")
        assert picture.width == round(396 * 2.5)
        colors = {color for _, color in picture.getcolors(1 << 24) or []}
        assert (255, 255, 255) in colors
        assert (31, 95, 191) in colors


def test_every_look_of_a_mark_is_known():
    content = render(sample("zh"), "html").decode()
    drawn = set(re.findall(r'<(?:path|rect|circle) (class="[a-z ]+")', content))
    assert drawn <= pdf._LOOKS.keys()


def test_dots_of_a_line_are_one_path_and_none_is_lost():
    chart = next(one for one in sample("en").sections[0].charts if one.kind == "line")
    drawn = pdf._chart(chart, "en")["svg"]
    (dots,) = re.findall(r'<path fill="#1f5fbf" stroke="#ffffff"[^>]* d="([^"]+)"', drawn)
    assert "<circle" not in drawn
    assert dots.count("M") == sum(value is not None for value in chart.series[0].values)
    assert drawn.count(pdf._LOOKS['class="grid"']) == 1
