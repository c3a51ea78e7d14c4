"""The one policy about small groups: what may be shown, and what could be worked out from it.

Every surface asks this object: facts, quotations, prompts of a writer, exports and filters.

1. A figure needs ``min_scores`` respondents, quoted comments need ``min_comments``.
2. Complementary: the respondents of all hidden groups together must be as many too; otherwise
   total minus shown groups would give them away, so the smallest shown group is hidden as well.
3. Between partitions: a group that holds another one and hardly anybody more is hidden.
4. Bands of a distribution hold nobody or at least the threshold, also beside means (``bands``).
5. Whoever knows some respondents one by one subtracts them: those who are left are counted, and
   figures about nobody else hide nothing from that viewer.
6. A filter that would show less than that is refused with the reason, never dropped.

Respondents are counted behind an aggregate or a confidential source. A person's own records and
attributed reviews are that person's own report and are not counted here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from jixiao.contracts import PrivacySettings
from jixiao.core import ReportError
from jixiao.reports import bands


@dataclass(frozen=True, slots=True)
class SmallGroups:
    """What may be shown of groups of respondents.

    Attributes:
        min_scores: Fewest respondents behind a figure.
        min_comments: Fewest respondents behind quoted comments.
    """

    min_scores: int = PrivacySettings.model_fields["min_scores"].default
    min_comments: int = PrivacySettings.model_fields["min_comments"].default

    @classmethod
    def of(cls, settings: PrivacySettings) -> SmallGroups:
        """Return the policy of the settings."""
        return cls(settings.min_scores, settings.min_comments)

    def may_show(self, respondents: int) -> bool:
        """Return whether a figure about so many respondents may be shown."""
        return respondents >= self.min_scores

    def may_quote(self, respondents: int) -> bool:
        """Return whether comments of so many respondents may be quoted."""
        return respondents >= self.min_comments

    def require(self, respondents: int, *, place: str) -> None:
        """Refuse a filter or selection behind which too few respondents stand.

        Args:
            respondents: How many stand behind it, 0 where nobody does.
            place: The option or setting that asked for it.

        Raises:
            ReportError: With the reason; the number of respondents is not told.
        """
        if not self.may_show(respondents):
            raise ReportError(
                "JX-E520",
                place,
                expected=f"a selection of at least {self.min_scores} respondents, directly and by"
                " difference from others",
                got="fewer",
                hint="choose a larger group; the threshold is privacy.min_scores in jixiao.yaml",
            )

    def hidden(self, sizes: Mapping[str, int], *, total: int) -> frozenset[str]:
        """Return the groups of a partition whose figures must not be shown.

        Args:
            sizes: Respondents of each group.
            total: Respondents of the whole, which is shown itself; respondents without a group
                count as a hidden rest.

        Examples:
            >>> sorted(SmallGroups().hidden({"A": 3, "B": 9, "C": 6}, total=18))
            ['A', 'C']
            >>> sorted(SmallGroups().hidden({"A": 3, "B": 4, "C": 6}, total=13))
            ['A', 'B']
        """
        hidden = {name for name, size in sizes.items() if not self.may_show(size)}
        shown = sorted((size, name) for name, size in sizes.items() if name not in hidden)
        rest = total - sum(size for size, _ in shown)
        while 0 < rest < self.min_scores and shown:
            size, name = shown.pop(0)
            hidden.add(name)
            rest += size
        return frozenset(hidden)

    def nested(self, groups: Mapping[str, Collection[int]]) -> frozenset[str]:
        """Return the shown groups that hold another shown one and too few respondents more.

        Args:
            groups: Respondents of each group of several partitions.

        Examples:
            >>> sorted(SmallGroups().nested({"North": range(20), "shop": range(18), "web": [30]}))
            ['North']
        """
        ordered = sorted(groups, key=lambda name: (len(groups[name]), name))
        sets = {name: frozenset(groups[name]) for name in ordered}
        return frozenset(
            outer
            for place, inner in enumerate(ordered)
            for outer in ordered[place + 1 :]
            if 0 < len(sets[outer]) - len(sets[inner]) < self.min_scores
            and sets[inner] <= sets[outer]
        )

    def merged_bands(
        self, counts: Sequence[int], parts: Sequence[Sequence[int]] = ()
    ) -> list[tuple[int, int, int]]:
        """Return levels (first, last, respondents) joined until no band is small.

        Args:
            counts: Respondents at each level.
            parts: Those of groups among them whose means are shown.
        """
        return bands.merged_bands(counts, minimum=self.min_scores, parts=parts)

    def common_bands(
        self,
        counts: Mapping[str, Sequence[int]],
        total: Sequence[int],
        apart: Sequence[Sequence[int]] = (),
    ) -> bands.CommonBands:
        """Return the bands that groups and the whole can show together.

        Args:
            counts: Respondents at each level in each group.
            total: Those of everybody.
            apart: Those of groups outside the others whose means can be told.
        """
        return bands.common_bands(counts, total, minimum=self.min_scores, apart=apart)

    def safe_beside(
        self,
        counts: Mapping[str, Sequence[int]],
        total: Sequence[int],
        shared: Sequence[tuple[int, int]],
        apart: Sequence[Sequence[int]] = (),
    ) -> frozenset[str] | None:
        """Return the groups that can show given bands; None where not even the whole can.

        Args:
            counts: Respondents at each level in each group, without those a viewer knows.
            total: Those of everybody.
            shared: First and last level of each band.
            apart: Those of groups outside the others whose means can be told.
        """
        return bands.safe_beside(counts, total, shared, minimum=self.min_scores, apart=apart)
