"""What a use case answers: plain data that prints itself as JSON, as text and in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from jixiao.contracts import Counts, Leak, Problem, StepReport
from jixiao.core import plural
from jixiao.evaluation import rule_words

MOST_PROBLEMS = 40
"""Problems printed in full as text; the JSON holds all."""
_NOTHING = {False: "nothing found", True: "nothing to mend"}
MOST_CHANGES = 20
"""Changes of one report printed as text; the JSON holds all."""


class Result:
    """Base of all results."""

    def to_json(self) -> dict[str, Any]:
        """Return plain keys."""
        raise NotImplementedError("abstract")

    def to_text(self) -> str:
        """Return lines for a person."""
        raise NotImplementedError("abstract")

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.to_text())}</pre>"


@dataclass(frozen=True)
class InitResult(Result):
    """A contract was written."""

    path: Path
    columns: tuple[tuple[str, str, str, str], ...]
    """Name, role, type and reason of each column."""
    task: dict[str, Any]
    problems: tuple[Problem, ...] = ()
    leaks: tuple[Leak, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the path, the columns, the task, problems and leaks."""
        names = ("name", "role", "type", "reason")
        return {
            "path": str(self.path),
            "task": self.task,
            "columns": [dict(zip(names, column, strict=True)) for column in self.columns],
            "problems": [problem.to_json() for problem in self.problems],
            "leaks": [leak.to_json() for leak in self.leaks],
        }

    def to_text(self) -> str:
        """Return the columns as a table, then what to look at."""
        width = max(len(column[0]) for column in self.columns)
        lines = [f"Wrote {self.path}", ""]
        lines += [f"  {n:<{width}}  {r:<12} {t:<9} {why}" for n, r, t, why in self.columns]
        lines += ["", f"Task: {self.task['kind']} of {self.task['target']}"]
        lines += _problem_lines(self.problems) + _leak_lines(self.leaks)
        return "\n".join(lines)


@dataclass(frozen=True)
class CheckResult(Result):
    """What is wrong with the data, and the counts that add up."""

    counts: Counts
    tables: dict[str, Counts]
    problems: tuple[Problem, ...]
    leaks: tuple[Leak, ...]
    steps: tuple[StepReport, ...] = ()
    quarantine: tuple[Path, ...] = ()
    near_duplicates: tuple[tuple[int, ...], ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found that needs mending; notes do not count."""
        return not self.leaks and all(problem.is_note for problem in self.problems)

    def to_json(self) -> dict[str, Any]:
        """Return counts, problems and leaks first, then tables, steps and quarantine files."""
        return {
            "counts": self.counts.to_json(),
            "problems": [problem.to_json() for problem in self.problems],
            "leaks": [leak.to_json() for leak in self.leaks],
            "tables": {name: counts.to_json() for name, counts in self.tables.items()},
            "cleaning": [step.to_json() for step in self.steps],
            "near_duplicates": [list(group) for group in self.near_duplicates],
            "quarantine": [str(path) for path in self.quarantine],
        }

    def to_text(self) -> str:
        """Return the counts, what was cleaned and every problem with its hint."""
        lines = [
            "read {read} = used {used} + duplicate {duplicate} + quarantined {quarantined}".format(
                **self.counts.to_json()
            )
        ]
        lines += [f"cleaned: {step.note}" for step in self.steps if step.note]
        if self.near_duplicates:
            lines.append(
                f"near duplicates: {plural(len(self.near_duplicates), 'group')} (listed in --json)"
            )
        lines += _problem_lines(self.problems) + _leak_lines(self.leaks)
        lines += [f"quarantine: {path}" for path in self.quarantine]
        return "\n".join(lines + ([_NOTHING[bool(self.problems)]] if self.is_clean else []))


@dataclass(frozen=True)
class TrainResult(Result):
    """A model was trained and saved."""

    model_id: str
    name: str
    reason: str
    seconds: float
    sizes: dict[str, int]
    split: str
    bake_off: tuple[dict[str, Any], ...] = ()
    label_suspects: tuple[dict[str, Any], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain keys."""
        return {
            "model": self.model_id,
            "name": self.name,
            "reason": self.reason,
            "seconds": round(self.seconds, 2),
            "sizes": self.sizes,
            "split": self.split,
            "bake_off": list(self.bake_off),
            "label_suspects": list(self.label_suspects),
        }

    def to_text(self) -> str:
        """Return which model, why, and on what it was trained."""
        lines = [f"model: {self.model_id} ({self.seconds:.0f} s)", f"why: {self.reason}"]
        lines.append("rows: " + ", ".join(f"{name} {n}" for name, n in self.sizes.items()))
        lines.append(f"split: {self.split}")
        if self.label_suspects:
            lines.append(f"labels worth a second look: {len(self.label_suspects)} (see --json)")
        return "\n".join(lines)


@dataclass(frozen=True)
class TunedResult(Result):
    """A language model was tuned to write reports."""

    model_id: str
    folder: Path
    seconds: float
    figures: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return plain keys."""
        return {
            "model": self.model_id,
            "folder": str(self.folder),
            "seconds": round(self.seconds, 2),
            **self.figures,
        }

    def to_text(self) -> str:
        """Return where the model is, what it learnt, and how much of its writing holds."""
        figures, written = self.figures, self.figures["written"]
        rate = written["verified_claim_rate"]
        share = "no sentence at all" if rate is None else f"{rate:.1%} of its sentences verified"
        return "\n".join(
            [
                f"model: {self.model_id} ({self.seconds:.0f} s)",
                f"held-out loss: {figures['loss_before']:.3f} before, "
                f"{figures['loss_after']:.3f} after",
                f"written for {written['reports']} held-out reports: {share}, "
                f"{written['fell_back']} fell back to the outline writer",
                "to use it, write into jixiao.yaml:",
                "writer:",
                "  name: llm",
                f"  folder: {self.folder}",
            ]
        )


@dataclass(frozen=True)
class EvaluateResult(Result):
    """The model was measured on the test part."""

    figures: dict[str, Any]
    words: dict[str, str]
    paths: tuple[Path, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return every figure; ``test``, ``intervals`` and ``baselines`` among the keys."""
        return self.figures

    def to_text(self) -> str:
        """Return what the model is good and bad at, in English words."""
        return "\n".join([self.words.get("en", ""), *(f"written: {path}" for path in self.paths)])


@dataclass(frozen=True)
class ScoreResult(Result):
    """Rows were scored."""

    out: Path
    model_id: str
    status: dict[str, int]
    problems: tuple[Problem, ...] = ()
    decision_rule: dict[str, Any] = field(default_factory=dict)
    """How ``score`` is chosen from the probabilities: ``kind`` and ``numbers``."""

    def to_json(self) -> dict[str, Any]:
        """Return plain keys."""
        return {
            "out": str(self.out),
            "model": self.model_id,
            "decision_rule": self.decision_rule,
            "rows": sum(self.status.values()),
            "status": self.status,
            "problems": [problem.to_json() for problem in self.problems],
        }

    def to_text(self) -> str:
        """Return where the scores are and how many rows got which status."""
        told = ", ".join(f"{name} {count}" for name, count in self.status.items())
        lines = [f"scores: {self.out} ({told})"]
        if how := rule_words(self.decision_rule, "en"):
            lines.append(f"score: {how}")
        return "\n".join([*lines, *_problem_lines(self.problems)])


@dataclass(frozen=True)
class ReportResult(Result):
    """Reports were written."""

    folder: Path
    reports: tuple[dict[str, Any], ...]
    index: dict[str, Path] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    stopped: str = ""
    """Why the run ended before its last report; empty when it did not."""

    def to_json(self) -> dict[str, Any]:
        """Return plain keys."""
        return {
            "folder": str(self.folder),
            "index": {language: str(path) for language, path in self.index.items()},
            "reports": list(self.reports),
            "notes": list(self.notes),
            "stopped": self.stopped,
        }

    def to_text(self) -> str:
        """Return how many reports there are and where to open them."""
        lines = [f"{plural(len(self.reports), 'report')} in {self.folder}", *self.notes]
        if self.stopped:
            lines.append(f"stopped early: {self.stopped}")
        lines += self._changed_lines()
        return "\n".join(lines + [f"open: {path}" for path in self.index.values()])

    def _changed_lines(self) -> list[str]:
        """Return what changed since the last reports, where that was asked for."""
        states = [report["state"] for report in self.reports if "state" in report]
        if not states:
            return []
        counted = ", ".join(f"{states.count(s)} {s}" for s in ("changed", "new", "unchanged"))
        lines = [f"since the last reports: {counted}"]
        for report in self.reports:
            if report["changes"]:
                lines.append(f"{report['id']} ({report['language']}):")
                lines += [_change_line(change) for change in report["changes"][:MOST_CHANGES]]
                more = len(report["changes"]) - MOST_CHANGES
                lines += [f"  … and {more} more (see --json)"] if more > 0 else []
        return lines


@dataclass(frozen=True)
class RunResult(Result):
    """Everything in one: what each step answered."""

    parts: dict[str, Result]
    notes: tuple[str, ...] = ()
    """Options that came too late for the contract and differ from it."""

    def to_json(self) -> dict[str, Any]:
        """Return the JSON of each step under its verb, and ``notes``."""
        steps = {name: part.to_json() for name, part in self.parts.items()}
        return {**steps, "notes": list(self.notes)}

    def to_text(self) -> str:
        """Return the notes, then the text of each step under its verb."""
        notes = "\n".join(f"note: {one}" for one in self.notes)
        steps = [f"== {name}\n{part.to_text()}" for name, part in self.parts.items()]
        return "\n\n".join([*([notes] if notes else []), *steps])


def _change_line(change: dict[str, Any]) -> str:
    told = {
        "new": f"new: {change['new_text']}",
        "gone": f"gone: {change['old_text']}",
        "changed": f"{change['old_text']} → {change['new_text']}",
    }
    return f"  {change['label']}: {told[change['kind']]}"


def _problem_lines(problems: Sequence[Problem]) -> list[str]:
    """Return problems first, then notes, which need no mending."""
    wrong = [one for one in problems if not one.is_note]
    notes = [one for one in problems if one.is_note]
    return _listed(wrong, "problem") + _listed(notes, "note")


def _listed(problems: Sequence[Problem], noun: str) -> list[str]:
    if not problems:
        return []
    lines = ["", f"{plural(len(problems), noun)}:", *(str(one) for one in problems[:MOST_PROBLEMS])]
    if len(problems) > MOST_PROBLEMS:
        lines.append(f"… and {len(problems) - MOST_PROBLEMS} more (see --json)")
    return lines


def _leak_lines(leaks: Sequence[Leak]) -> list[str]:
    if not leaks:
        return []
    told = [f"  {leak.column}: {leak.evidence}" for leak in leaks]
    return ["", "suspected leaks, left out of the model:", *told]
