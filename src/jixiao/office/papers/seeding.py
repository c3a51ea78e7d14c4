"""Wrong drafts on purpose: a figure changed in a share of drafts, to see whether reviewers look.

Such a draft cannot be approved: whoever finds the fault, or approves it all the same, is told at
once, and the draft goes on without it. The database refuses to approve or release one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jixiao.contracts import Claim, Report
from jixiao.contracts.office import Changing, Option, Paper, PaperText, Reading, Seed
from jixiao.core import Conflict
from jixiao.gate import FactSet, check_claim
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.papers.opinion_parts import canonical
from jixiao.office.papers.paper_texts import Written, sentences_of
from jixiao.office.secrets import keyed_hash, new_id
from jixiao.office.viewer import Viewer

SHARE = "seeding"
"""Id of the option."""
MOST_SHARE = 0.2
_NUMBER = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d+)?(?!,?\d|\.\d)")


def seed_share(read: Reading) -> float:
    """Return the share of new drafts that get a planted fault; 0 until somebody sets it."""
    option = read.first(Option, id=SHARE)
    return float(option.value["share"]) if option else 0.0


def set_seed_share(office: Office, viewer: Viewer, share: float) -> None:
    """Choose the share of new drafts that get a planted fault.

    Args:
        office: The application.
        viewer: Somebody who may change options.
        share: Between 0 and ``MOST_SHARE``.

    Raises:
        Forbidden: If the viewer may not.
        Conflict: If the share is out of range.
    """
    require(viewer, "option.change")
    if not 0 <= share <= MOST_SHARE:
        raise Conflict(
            "JX-E735", "share", expected=f"a number from 0 to {MOST_SHARE}", got=f"{share:g}"
        )
    with office.changing(viewer, "option.change", "option", SHARE, share=share) as change:
        option = change.first(Option, id=SHARE)
        if option is None:
            change.add(Option(id=SHARE, value={"share": share}))
        else:
            change.replace(option, value={"share": share})


def plant(
    change: Changing, office: Office, paper: Paper, text: Written
) -> tuple[Written, dict[str, Any] | None]:
    """Return the text of a new draft, by chance with a planted fault, and what marks it then."""
    if not _is_drawn(office, paper.id, seed_share(change)):
        return text, None
    report = Report.model_validate_json(text.body)
    fault = next(_faults(report), None)
    if fault is None:
        return text, None
    right, wrong = fault
    seed = Seed(id=new_id(), paper=paper.id, wrong=wrong, right=right, planted=office.clock())
    change.add(seed)
    planted = with_sentence(report, right, wrong)
    return Written(canonical(planted), text.opinion), {"seed": seed.id}


def _is_drawn(office: Office, paper_id: str, share: float) -> bool:
    drawn = int(keyed_hash(office.key, f"seed {paper_id}")[:12], 16) / 16**12
    return drawn < share


def _faults(report: Report) -> Iterator[tuple[str, str]]:
    """Yield sentences with a wrong figure that the gate is sure is wrong, the best place first."""
    known = FactSet(report.facts, report.comments)
    claims = [one for section in report.sections for one in section.claims if not one.comments]
    claims.sort(key=lambda one: keyed_hash(b"place", one.text))
    for claim in claims:
        for found in _NUMBER.finditer(claim.text):
            wrong = claim.text[: found.start()] + _other(found[0]) + claim.text[found.end() :]
            changed = Claim(text=wrong, facts=claim.facts, kind=claim.kind)
            if check_claim(changed, known, language=report.language):
                yield claim.text, wrong
                break


def _other(figure: str) -> str:
    """Return a figure that looks like another one: its last digit but one is another."""
    whole, dot, rest = figure.partition(".")
    last = str((int(whole[-1]) + 3) % 10)
    return f"{whole[:-1]}{last}{dot}{rest}"


def with_sentence(report: Report, old: str, new: str) -> Report:
    """Return a report in which one sentence reads otherwise."""
    sections = [
        section.model_copy(
            update={
                "claims": tuple(
                    one.model_copy(update={"text": new}) if one.text == old else one
                    for one in section.claims
                )
            }
        )
        for section in report.sections
    ]
    return report.model_copy(update={"sections": tuple(sections)})


def seed_of(read: Reading, paper: Paper) -> Seed | None:
    """Return the planted fault that stands in a paper."""
    return None if paper.seeded is None else read.get(Seed, str(paper.seeded["seed"]))


def texts_of(read: Reading, paper: Paper) -> list[PaperText]:
    """Return every text a paper had, the oldest first, without those of a fault that was told."""
    told = {one.wrong for one in read.find(Seed, paper=paper.id) if one.outcome}
    texts = read.find(PaperText, paper=paper.id, order="at")
    return [one for one in texts if not told & set(sentences_of(one))] if told else texts


def told_to(read: Reading, viewer: Viewer, paper: Paper) -> list[Seed]:
    """Return the planted faults of a paper that somebody found or overlooked, told to nobody else.

    The newest comes first.
    """
    return read.find(Seed, order="-planted", paper=paper.id, reviewer=viewer.account.id)


def end_seed(
    change: Changing, office: Office, seed: Seed, viewer: Viewer | None, outcome: str
) -> None:
    """Write down whether a planted fault was found.

    Args:
        change: The change under way.
        office: The application.
        seed: The fault.
        viewer: Who found or approved it; None where nobody did.
        outcome: ``caught``, ``missed`` or ``dropped``.
    """
    reviewer = None if viewer is None else viewer.account.id
    change.replace(seed, outcome=outcome, reviewer=reviewer, ended=office.clock())
