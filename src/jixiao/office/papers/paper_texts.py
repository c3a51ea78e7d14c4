"""The texts of papers: kept once, found by their hash, never shown where the hash is not theirs."""

from __future__ import annotations

from dataclasses import dataclass

from jixiao.contracts import Report
from jixiao.contracts.office import Approval, Changing, Paper, PaperText, Reading
from jixiao.core import WorkspaceError
from jixiao.office.office import Office
from jixiao.office.papers.opinion_parts import OpinionPart, joined, text_hash
from jixiao.office.secrets import new_id


@dataclass(frozen=True)
class Written:
    """A text ready to be kept.

    Attributes:
        body: The report without its second opinion, canonical JSON.
        opinion: The second opinion, canonical JSON; empty where there is none.
    """

    body: str
    opinion: str = ""

    @property
    def hash(self) -> str:
        """What stands for the text."""
        return text_hash(self.body, self.opinion)


def keep_text(
    change: Changing, office: Office, paper: Paper, text: Written, *, by: str = ""
) -> None:
    """Keep a text of a paper; one that it had before is not kept twice."""
    if change.first(PaperText, paper=paper.id, hash=text.hash) is None:
        change.add(
            PaperText(
                id=new_id(),
                paper=paper.id,
                hash=text.hash,
                body=text.body,
                opinion=text.opinion,
                by=by,
                at=office.clock(),
            )
        )


def new_text(
    change: Changing, office: Office, paper: Paper, text: Written, *, by: str, state: str = "draft"
) -> Paper:
    """Give a paper another text: approvals are void and it is no longer seeded.

    Args:
        change: The change under way.
        office: The application.
        paper: As it was read.
        text: What it says from now on.
        by: Account id of whoever wrote it; empty for the writer of reports.
        state: Where the paper stands then.
    """
    keep_text(change, office, paper, text, by=by)
    paper = change.replace(paper, text=text.hash, state=state, seeded=None, changed=office.clock())
    void_approvals(change, office, paper)
    return paper


def void_approvals(change: Changing, office: Office, paper: Paper) -> None:
    """Let no approval of a paper count any longer."""
    for approval in change.find(Approval, paper=paper.id, void=None):
        change.replace(approval, void=office.clock())


def standing_text(read: Reading, paper: Paper) -> PaperText:
    """Return the text that stands now.

    Raises:
        WorkspaceError: If it is not the one its hash stands for: then it is shown to nobody.
    """
    return checked_text(read.first(PaperText, paper=paper.id, hash=paper.text))


def checked_text(text: PaperText | None) -> PaperText:
    """Return a text whose hash is right.

    Raises:
        WorkspaceError: If it is missing or has been tampered with.
    """
    if text is None or text_hash(text.body, text.opinion) != text.hash:
        raise WorkspaceError(
            "JX-E734",
            "report text",
            expected="the text its hash stands for",
            got="none" if text is None else "another one",
            hint="the database was changed from outside: run jixiao audit-log verify",
        )
    return text


def opinion_part(text: PaperText) -> OpinionPart | None:
    """Return the second opinion of a text, None where it has none."""
    return OpinionPart.model_validate_json(text.opinion) if text.opinion else None


def whole_report(text: PaperText) -> Report:
    """Return the report of a text with its second opinion."""
    body, part = Report.model_validate_json(text.body), opinion_part(text)
    return joined(body, part) if part else body


def body_of(text: PaperText) -> Report:
    """Return the report of a text without its second opinion."""
    return Report.model_validate_json(text.body)


def sentences_of(text: PaperText) -> list[str]:
    """Return the sentences of a text in reading order, without the second opinion."""
    return [claim.text for section in body_of(text).sections for claim in section.claims]
