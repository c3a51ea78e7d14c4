"""What differs: between two texts of a paper, and between a period and the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Literal

from jixiao.contracts.office import Account, Paper, PaperText, Reading
from jixiao.office.papers.paper_texts import body_of, sentences_of
from jixiao.office.papers.remarks import named
from jixiao.office.papers.seeding import texts_of
from jixiao.office.papers.seeing import Papers
from jixiao.office.papers.shown import Shown, looked_at
from jixiao.office.viewer import Viewer
from jixiao.reports import Change, changes_between

_TOLD = ("rating", "goals.progress", "indicators.met", "rating.mean", "score.mean", "group.n")
MOST_TOLD = 20


@dataclass(frozen=True)
class Difference:
    """A sentence that is in one text and not in the other.

    Attributes:
        kind: What happened to it.
        old: As it was; empty where it is new.
        new: As it is; empty where it is gone.
    """

    kind: Literal["new", "gone", "changed"]
    old: str
    new: str


@dataclass(frozen=True)
class Version:
    """One text of a paper.

    Attributes:
        hash: What stands for it.
        at: When it was written.
        role: Role of whoever wrote it; empty for the writer of reports.
        initial: First letter of that person's name.
        differences: What it changed in the text before; empty for the first.
        stands: Whether it is the text that stands now.
    """

    hash: str
    at: datetime
    role: str
    initial: str
    differences: tuple[Difference, ...]
    stands: bool


def differences(old: PaperText, new: PaperText) -> tuple[Difference, ...]:
    """Return the sentences that differ, in the order of the newer text.

    Second opinions are left out: nobody edits them.
    """
    before, after = sentences_of(old), sentences_of(new)
    found: list[Difference] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        gone, come = before[a:b], after[c:d]
        paired = min(len(gone), len(come))
        found += [
            Difference("changed", one, other)
            for one, other in zip(gone[:paired], come[:paired], strict=True)
        ]
        found += [Difference("gone", one, "") for one in gone[paired:]]
        found += [Difference("new", "", one) for one in come[paired:]]
    return tuple(found)


def edit_distance(old: PaperText, new: PaperText) -> float:
    """Return which share of the letters differs between two texts, in [0, 1]."""
    before, after = "\n".join(sentences_of(old)), "\n".join(sentences_of(new))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return 0.0 if before == after else 1.0 - matcher.ratio()


def versions(read: Reading, shown: Shown) -> list[Version]:
    """Return the texts of a paper that somebody is shown, the newest first.

    Its subject sees the writer's first text and the one that was released; whoever is shown only
    a part is shown no versions.
    """
    texts = texts_of(read, shown.paper)
    if _is_partial(shown, texts):
        return []
    if shown.standing.side == "subject":
        texts = [texts[0], shown.text] if texts and texts[0].hash != shown.text.hash else texts[:1]
    found, last = [], None
    for text in texts:
        writer = read.first(Account, id=text.by) if text.by else None
        role, initial = named(read, writer)
        changed = differences(last, text) if last is not None else ()
        stands = text.hash == shown.text.hash
        found.append(Version(text.hash, text.at, role, initial, changed, stands))
        last = text
    return found[::-1]


def changed_by_person(read: Reading, shown: Shown) -> tuple[Difference, ...]:
    """Return what people changed in what the writer of reports had last written."""
    texts = texts_of(read, shown.paper)
    if _is_partial(shown, texts):
        return ()
    made = [one for one in texts if not one.by]
    return differences(made[-1], shown.text) if made else ()


def _is_partial(shown: Shown, texts: Sequence[PaperText]) -> bool:
    """Return whether a sentence of any of these texts may be one that is left out."""
    unheard = not shown.standing.comments and any(body_of(one).comments for one in texts)
    return unheard or bool(shown.withheld - {"judge_first", "opinion_right"})


def since_last_period(
    read: Reading, viewer: Viewer, shown: Shown
) -> tuple[Paper, tuple[Change, ...]] | None:
    """Return the paper of the period before and what changed since, as far as both may be seen.

    None where there is no such paper that the viewer may see.
    """
    paper = shown.paper
    earlier = read.find(
        Paper,
        order="-end",
        end__le=paper.start,
        level=paper.level,
        subject=paper.subject,
        language=paper.language,
    )
    seen = Papers(read, viewer).seen(earlier)
    if not seen:
        return None
    old = looked_at(read, viewer, seen[0].id)
    changes = changes_between(body_of(old.text), body_of(shown.text))
    told = [one for one in changes if one.kind == "changed" and _is_told(one)]
    return seen[0], tuple(told[:MOST_TOLD])


def _is_told(change: Change) -> bool:
    fact = change.new or change.old
    return fact is not None and ("." not in fact.id or fact.id in _TOLD)
