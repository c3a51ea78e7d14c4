"""What a sentence may lean on, and what a figure or word of it is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from jixiao.contracts import Comment, Span
from jixiao.gate.facts import FactSet, Known
from jixiao.gate.finder import Finder
from jixiao.gate.periods import Mention
from jixiao.gate.told_periods import told_period


@lru_cache(maxsize=64)
def _phrases(words: tuple[str, ...]) -> Finder:
    return Finder(words)


@dataclass
class Context:
    """What earlier sentences of a text were about.

    Attributes:
        person: The person named last.
        group: The group named last.
        last: The subject named last, of either kind.
        period: The period named last.
        homes: Groups that the last sentence with names was about, those of its people included.
    """

    person: str = ""
    group: str = ""
    last: str = ""
    period: Mention | None = None
    homes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Scope:
    """What a sentence may lean on.

    Attributes:
        facts: The whole set.
        known: The facts that may carry it: all, or those a claim cites.
        comments: The comments that it may quote.
        context: What came before.
        cited: Whether ``known`` are cited facts.
    """

    facts: FactSet
    known: tuple[Known, ...]
    comments: tuple[Comment, ...] = ()
    context: Context = field(default_factory=Context)
    cited: bool = False

    @cached_property
    def spans(self) -> frozenset[Span]:
        """Every period that a fact or comment here has."""
        own = (one.fact.period for one in self.known)
        said = (one.period for one in self.comments)
        return self.told | {span for span in (*own, *said) if span is not None}

    @cached_property
    def told(self) -> frozenset[Span]:
        """Days and parts of a year that words of facts are, such as when a goal is due."""
        found = (told_period(one.fact) for one in self.known)
        return frozenset(span for span in found if span is not None)

    @cached_property
    def quoted(self) -> frozenset[str]:
        """Subjects of the comments."""
        return frozenset(one.subject for one in self.comments)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Groups that facts are about; none where a claim cites its facts."""
        if self.cited:
            return ()
        return tuple(s for s in self.facts.subject_ids if self.facts.kind_of(s) == "group")

    @property
    def outside(self) -> Finder:
        """Search for phrases on what no fact of the field holds."""
        return _phrases(self.facts.words.outside)

    @property
    def joining(self) -> Finder:
        """Search for phrases that set a person beside those told of before."""
        return _phrases(self.facts.words.joining)

    @property
    def against(self) -> Finder:
        """Search for words that set a subject against another one."""
        return _phrases(self.facts.words.against)

    def elsewhere(self, text: str) -> bool:
        """Return whether a text says that what follows is not in the facts."""
        words = self.facts.words.elsewhere
        return bool(words) and text in _phrases(words)

    def beyond(self, text: str) -> bool:
        """Return whether a text says that what stands before it is not in the facts."""
        words = self.facts.words.beyond
        return bool(words) and text in _phrases(words)


@dataclass(frozen=True)
class About:
    """What a figure or word is about; None leaves a question open.

    Attributes:
        subjects: Whom it may be about.
        cores: Which measures it may be.
        period: Its period.
        base_period: The period it is compared with.
        roles: target, change, previous, rank, mean…
        in_change: Whether its clause speaks of a change or comparison.
        is_directed: Whether words say which way a difference goes, so that its figure has no sign.
        is_given: Whether a fixed way of writing says which measure it is.
        mentioned: Measures that the sentence names, where only these may be confused: a claim that
            cites its facts need not name every measure.
    """

    subjects: frozenset[str] | None = None
    cores: frozenset[str] | None = None
    period: Mention | None = None
    base_period: Mention | None = None
    roles: frozenset[str] = frozenset()
    in_change: bool = False
    is_directed: bool = False
    is_given: bool = False
    mentioned: frozenset[str] | None = None

    def allows(self, core: str) -> bool:
        """Return whether a measure may be meant."""
        if self.cores is None or core in self.cores:
            return True
        return self.mentioned is not None and core not in self.mentioned
