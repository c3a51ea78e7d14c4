"""Whether a model's sentence turns round what the outline says on the same facts.

A sentence may hold only true figures and still say the opposite: a denial left out, the lowest
called the highest, "at least" for "at most", "nearly all" for some. Where facts are silent on such
words, the outline writer's sentence on the same facts is what they are measured by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jixiao.contracts import TOKEN, Claim
from jixiao.gate import Stance, stance_of
from jixiao.reports.placeholders import KINDS, PLACE, Sources, with_placeholders

_BOUND = re.compile(
    r"不[高低多少超大小][于过]|at least|at most|no more than|no less than|not above|not below"
)


_FIGURES = frozenset(KINDS) - {"name", "period"}
_MARK = re.compile(r"[,;](?=\s)|[，；：。]")
LEAST_RETOLD = 0.6
"""Share of the words of a clause without figure or quotation that the outline has as well."""


class Turning:
    """The outline's sentences of one report, to hold a model's sentences against.

    Args:
        told: The outline writer's sentences.
        sources: Facts, comments and words of the report.
    """

    def __init__(self, told: Sequence[Claim], sources: Sources) -> None:
        self._told, self._sources = told, sources
        self._stances: dict[int, Stance] = {}

    def faults(self, template: str, plain: str, claim: Claim) -> Iterator[str]:
        """Yield what a sentence says beyond the outline's sentence nearest to it.

        Args:
            template: The sentence with its placeholders.
            plain: A model's own words, without placeholders and tokens.
            claim: The sentence filled, with what it leans on.
        """
        yield from self._bounds(plain, claim)
        near = self._nearest(claim)
        if not near:
            return
        stance = stance_of(plain, self._sources.words.language)
        found = [stance.against(self._stance(at)) for at in near]
        if all(found):
            yield f"WORD {found[0]}"
        if not self._is_carried(template, near):
            yield "CONTEXT no figure or quotation carries it"

    def _is_carried(self, template: str, near: list[int]) -> bool:
        """Return whether figures and quotations carry a sentence, or the outline says the same.

        A clause beside one with a figure may also lean on a name or period, or be a word or two.
        """
        if not _FIGURES & _kinds(template) and not self._is_retold(template, near, few=0):
            return False
        clauses = [one for one in _MARK.split(template) if not _kinds(one)]
        return all(self._is_retold(clause, near, few=1) for clause in clauses)

    def _is_retold(self, clause: str, near: list[int], *, few: int) -> bool:
        """Return whether words are mostly those of the outline on the same facts, or few."""
        own = PLACE.sub(" ", TOKEN.sub(" ", clause))
        content = stance_of(own, self._sources.words.language).content
        known = frozenset[str]().union(*(self._stance(at).content for at in near))
        return len(content) <= few or len(content & known) >= LEAST_RETOLD * len(content)

    def _bounds(self, plain: str, claim: Claim) -> Iterator[str]:
        """Yield bounds such as "at least" that the outline does not set on the same facts."""
        facts = set(claim.facts)
        for bound in _BOUND.findall(plain.lower()):
            own = (one for one in self._told if facts & set(one.facts))
            if not any(bound in one.text.lower() for one in own):
                yield f"WORD {bound}"

    def _nearest(self, claim: Claim) -> list[int]:
        """Return the places of the outline's sentences that share most with a sentence."""
        mine = {*claim.facts, *claim.comments}
        shares = [_share(mine, {*one.facts, *one.comments}) for one in self._told]
        most = max(shares, default=0.0)
        return [at for at, share in enumerate(shares) if most and share == most]

    def _stance(self, at: int) -> Stance:
        if at not in self._stances:
            sources, claim = self._sources, self._told[at]
            facts = [sources.facts[name] for name in claim.facts if name in sources.facts]
            quoted = [sources.comments[n] for n in claim.comments if n in sources.comments]
            text = with_placeholders(claim.text, facts, quoted, sources.words)
            own = PLACE.sub(" ", TOKEN.sub(" ", text))
            self._stances[at] = stance_of(own, sources.words.language)
        return self._stances[at]


def _kinds(text: str) -> set[str]:
    """Return the kinds of placeholders in a text."""
    return {kind for kind, _ in PLACE.findall(text)}


def _share(one: set[str], other: set[str]) -> float:
    """Return how much two sets of ids have in common, from 0 to 1."""
    return len(one & other) / len(one | other) if one | other else 0.0
