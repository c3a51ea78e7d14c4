"""Whose figure it is: a value of a numbered thing needs that thing's name in the same sentence.

``kpi2.target`` is a figure of ``kpi2``. A sentence that names ``kpi1`` and gives the figure of
``kpi2`` holds only true numbers and is wrong all the same; the placeholders show it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from jixiao.contracts import Claim
from jixiao.reports.placeholders import PLACE, Sources, value_of

_STEM = re.compile(r"([a-z_]+[0-9]+)(?:\.|$)")


def attribution_faults(template: str, claim: Claim, sources: Sources) -> Iterator[str]:
    """Yield the things whose figures a sentence gives without naming them.

    Args:
        template: The sentence with its placeholders.
        claim: The same sentence filled, with its facts.
        sources: Facts and words of the report.
    """
    places = PLACE.findall(template)
    used = set(stems(name for kind, name in places if kind != "name"))
    named = set(stems(name for kind, name in places if kind == "name"))
    said = claim.text.lower()
    for stem in sorted(used - named):
        own = next((fact for fact in sources.facts.values() if stem in stems([fact.id])), None)
        name = value_of(own, "name", sources.words) if own else None
        if name is not None and name.lower() not in said:
            yield f"CONTEXT {stem} is not named"


def stems(names: Iterable[str]) -> Iterator[str]:
    """Yield what each id is a figure of: ``kpi2`` of ``kpi2.target``; nothing without a number."""
    for name in names:
        found = _STEM.match(name)
        if found:
            yield found[1]
