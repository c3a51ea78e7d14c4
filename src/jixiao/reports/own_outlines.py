"""An organisation's own outlines: YAML files read strictly, every fault of every file at once.

A file is named after what it replaces: ``employee.en.yaml``. It may say everything a packaged
outline says, and nothing that the facts do not hold.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import yaml

from jixiao.contracts import Language, Level
from jixiao.core import JixiaoError, ManyErrors, ReportError, raise_all
from jixiao.reports.facts import BUILDERS
from jixiao.reports.outline import SLOT, ChartSpec, Outline, Sentence, parse_outline
from jixiao.reports.words import words_of

Outlines = Mapping[tuple[Level, Language], Outline]
_QUOTATIONS = frozenset({"quote", "items", "strength", "growth", "action"})
_WORDINGS = (".quote", ".text")


class _Strict(yaml.SafeLoader):
    """Refuses a key that stands twice, which YAML would silently take the last of."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return the mapping, or say which key stands twice."""
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def read_outlines(texts: Mapping[str, str]) -> Outlines:
    """Return the outlines that files hold, by level and language.

    Args:
        texts: File name → text.

    Raises:
        ReportError: If one thing is wrong.
        ManyErrors: If several things are wrong, in whichever files; it holds them all.
    """
    outlines: dict[tuple[Level, Language], Outline] = {}
    errors: list[JixiaoError] = []
    for name, text in sorted(texts.items()):
        try:
            outline = parse_outline(_content(text, name), name)
        except ManyErrors as found:
            errors += found.errors
        except ReportError as found:
            errors.append(found)
        else:
            errors += _faults(outline, name)
            outlines[outline.level, outline.language] = outline
    raise_all(errors)
    return outlines


def _content(text: str, name: str) -> object:
    try:
        return yaml.load(text, _Strict)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{name}:{mark.line + 1}" if mark else name
        raise ReportError(
            "JX-E511",
            place,
            expected="YAML",
            got=str(getattr(error, "problem", None) or "a character that YAML does not allow"),
            hint="check indentation and quotes on this line and the one above",
        ) from None


def _faults(outline: Outline, name: str) -> Iterator[JixiaoError]:
    """Yield what a well-formed outline asks for and nobody has."""
    wanted = f"{outline.level}.{outline.language}.yaml"
    if name != wanted:
        yield ReportError(
            "JX-E512",
            name,
            expected=f"the name {wanted}, after the level and language in it",
            got=repr(name),
            hint=f"levels: {', '.join(get_args(Level))}; languages: zh, en",
        )
    for builder in outline.builders:
        if builder not in BUILDERS:
            yield _unknown("JX-E513", f"{name}: builders", "fact builder", builder, list(BUILDERS))
    known = words_of(outline.language).measures
    for place, fact in dict.fromkeys(_named(outline)):
        plain = "".join(letter for letter in fact if not letter.isdigit() and letter != "*")
        if plain not in known and plain not in _QUOTATIONS and not plain.endswith(_WORDINGS):
            yield _unknown("JX-E514", f"{name}: {place}", "fact", fact, list(known))


def _unknown(code: str, place: str, kind: str, name: str, known: list[str]) -> ReportError:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return ReportError(
        code,
        place,
        expected=f"a known {kind}",
        got=repr(name),
        hint=f"did you mean {near[0]!r}?" if near else "docs/facts.md lists what there is",
    )


def _named(outline: Outline) -> Iterator[tuple[str, str]]:
    """Yield every fact that an outline names, with the place."""
    for spec in outline.highlights:
        place = f"highlight {spec.label!r}"
        yield from _in_words(place, spec.value, *spec.note)
        yield from ((place, one.fact) for one in (*spec.good, *spec.bad))
    for section in outline.sections:
        place = f"section {section.id!r}"
        yield from ((place, one.fact) for one in section.when)
        for sentence in section.sentences:
            yield from _in_sentence(place, sentence)
        for chart in section.charts:
            yield from _in_chart(f"{place}, chart {chart.id!r}", chart)


def _in_sentence(place: str, sentence: Sentence) -> Iterator[tuple[str, str]]:
    yield from ((place, one.fact) for one in sentence.when)
    yield from ((place, name) for name in (sentence.each, *sentence.cites) if name)
    said = (*sentence.variants, *sentence.otherwise, *sentence.alone, sentence.item)
    yield from _in_words(place, *said)
    for inner in sentence.say:
        yield from _in_sentence(place, inner)


def _in_chart(place: str, chart: ChartSpec) -> Iterator[tuple[str, str]]:
    yield from _in_words(place, chart.title)
    for line in chart.series:
        names = [line.facts] if isinstance(line.facts, str) else line.facts
        yield from ((place, name) for name in names)


def _in_words(place: str, *texts: str) -> Iterator[tuple[str, str]]:
    for text in texts:
        for found in SLOT.finditer(text):
            yield place, found[1]
