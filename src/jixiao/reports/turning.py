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
from jixiao.reports.placeholders import PLACE, Sources, with_placeholders

_BOUND = re.compile(
    r"不[高低多少超大小][于过]|at least|at most|no more than|no less than|not above|not below"
)


class Turning:
    """The outline's sentences of one report, to hold a model's sentences against.

    Args:
        told: The outline writer's sentences.
        sources: Facts, comments and words of the report.
    """

    def __init__(self, told: Sequence[Claim], sources: Sources) -> None:
        self._told, self._sources = told, sources
        self._stances: dict[int, Stance] = {}

    def faults(self, plain: str, claim: Claim) -> Iterator[str]:
        """Yield what a sentence says beyond the outline's sentence nearest to it.

        Args:
            plain: A model's own words, without placeholders and tokens.
            claim: The sentence, with what it leans on.
        """
        yield from self._bounds(plain, claim)
        near = self._nearest(claim)
        if not near:
            return
        stance = stance_of(plain, self._sources.words.language)
        found = [stance.against(self._stance(at)) for at in near]
        if all(found):
            yield f"WORD {found[0]}"

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


def _share(one: set[str], other: set[str]) -> float:
    """Return how much two sets of ids have in common, from 0 to 1."""
    return len(one & other) / len(one | other) if one | other else 0.0
