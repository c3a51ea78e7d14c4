"""Judging first: an own rating is stored, then the second opinion is shown, and both are kept.

The AI never sets a rating. Whoever has seen the opinion may keep the own rating or give another
one with a reason; the own rating itself is not changed any more.
"""

from __future__ import annotations

from jixiao.contracts.office import Judgement, Paper, Person, Reading
from jixiao.core import Conflict, Missing
from jixiao.office.access import require, seen_person, sight
from jixiao.office.office import Office
from jixiao.office.secrets import keyed_hash
from jixiao.office.versions import same_version
from jixiao.office.viewer import Viewer

MOST_REASON = 4000


def scale_of(office: Office) -> tuple[str, ...]:
    """Return the levels of the workspace's scale, the lowest first; empty where it has none."""
    if not office.workspace.exists:
        return ()
    return tuple(office.workspace.settings().contract.task.levels)


def judge(office: Office, viewer: Viewer, paper_id: str, *, rating: str, reason: str) -> Judgement:
    """Store an own rating of the person and period that a paper is about.

    Until the second opinion was shown, storing again replaces it.

    Args:
        office: The application.
        viewer: Somebody above the person.
        paper_id: A paper about the person and period.
        rating: A level of the workspace's scale.
        reason: Why, in own words.

    Raises:
        Missing: If there is no such paper, or none that may be seen.
        Forbidden: If the person is not below the viewer.
        Conflict: If the rating is no level, the reason empty, or the opinion has been shown.
    """
    require(viewer, "judgement.give")
    rating, reason = checked_rating(office, rating), _reason(reason)
    with office.changing(viewer, "judgement.give", "judgement") as change:
        paper, person = _judged(change, viewer, paper_id)
        own_id = keyed_hash(office.key, f"{person.id} {viewer.account.id} {paper.period}")[:24]
        change.entry.object = own_id
        change.entry.detail = {"person": person.pseudonym, "period": paper.period}
        known = change.first(Judgement, id=own_id)
        if known is None:
            made = Judgement(
                id=own_id,
                subject=person.id,
                rater=viewer.account.id,
                period=paper.period,
                rating=rating,
                reason=reason,
                at=office.clock(),
            )
            change.add(made)
            return made
        if known.shown is not None:
            raise Conflict(
                "JX-E736",
                "rating",
                expected="the own rating as it was before the second opinion was shown",
                got="another one",
                hint="give another rating after the second opinion, with a reason",
            )
        return change.replace(known, rating=rating, reason=reason, at=office.clock())


def _judged(read: Reading, viewer: Viewer, paper_id: str) -> tuple[Paper, Person]:
    paper = read.first(Paper, id=paper_id)
    if paper is None or paper.person is None:
        raise Missing("JX-E704", "report", expected="one about a person you rate", got="none")
    seen = sight(read, viewer, "judgement.give", start=paper.start, end=paper.end)
    person = seen_person(read, seen, paper.person)
    if person.id not in seen.line:
        raise Missing("JX-E704", "report", expected="one about a person you rate", got="none")
    return paper, person


def decide(
    office: Office, viewer: Viewer, judgement_id: str, *, version: int, final: str, reason: str
) -> Judgement:
    """Keep the own rating after the second opinion, or give another one with a reason.

    Args:
        office: The application.
        viewer: Whose rating it is.
        judgement_id: Which.
        version: The version that the viewer has seen.
        final: A level of the scale.
        reason: Why; needed where the rating is another one.

    Raises:
        Missing: If it is not the viewer's.
        Stale: If it was changed since.
        Conflict: If the opinion was not shown yet, or a reason is missing.
    """
    require(viewer, "judgement.give")
    final = checked_rating(office, final)
    with office.changing(viewer, "judgement.decide", "judgement", judgement_id) as change:
        known = own_rating(change, viewer, judgement_id)
        same_version(known, version)
        if known.shown is None:
            raise Conflict(
                "JX-E737",
                "rating",
                expected="the second opinion to be shown first",
                got="not shown yet",
                hint="until then the own rating can be changed itself",
            )
        is_other = final != known.rating
        override = _reason(reason) if is_other else reason.strip()[:MOST_REASON]
        change.entry.detail = {"other": is_other}
        return change.replace(known, final=final, override=override)


def own_rating(read: Reading, viewer: Viewer, judgement_id: str) -> Judgement:
    """Return an own rating of the viewer.

    Raises:
        Missing: If it is somebody else's, or none.
    """
    known = read.first(Judgement, id=judgement_id, rater=viewer.account.id)
    if known is None:
        raise Missing("JX-E704", "rating", expected="one of your own", got="none")
    return known


def own_ratings(
    read: Reading, viewer: Viewer, *, limit: int = 50, offset: int = 0
) -> list[Judgement]:
    """Return the viewer's own ratings, the newest first."""
    require(viewer, "judgement.give")
    own = {"rater": viewer.account.id}
    return read.find(Judgement, order="-at", limit=limit, offset=offset, **own)


def checked_rating(office: Office, rating: str) -> str:
    """Return a level of the scale, or refuse.

    Raises:
        Conflict: If it is none.
    """
    levels = scale_of(office)
    if rating not in levels:
        raise Conflict(
            "JX-E738",
            "rating",
            expected=f"one of {', '.join(levels)}" if levels else "a workspace with a scale",
            got="another word",
        )
    return rating


def _reason(reason: str) -> str:
    """Return a reason, or refuse an empty one."""
    reason = reason.strip()
    if not reason or len(reason) > MOST_REASON:
        raise Conflict(
            "JX-E739",
            "reason",
            expected=f"1 to {MOST_REASON} characters",
            got="none" if not reason else f"{len(reason)} characters",
            hint="say what the rating rests on, so that the person can understand it",
        )
    return reason
