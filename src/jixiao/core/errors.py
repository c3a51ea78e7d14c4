"""The one tree of errors a user can meet; every one says place, expected, got and hint.

    JixiaoError
    ├── ContractError    JX-E1xx  jixiao.yaml, options and declared scales
    ├── DataError        JX-E2xx  files, tables and their values
    ├── ModelError       JX-E3xx  training, saved models and scoring
    ├── WorkspaceError   JX-E4xx  the workspace folder and what is stored in it
    │   ├── Held                  another process is writing to the workspace
    │   └── Unavailable           the disk or the database fails at the moment
    │       └── DiskFull              because no room is left
    ├── ReportError      JX-E5xx  facts, claims and rendering
    ├── EndpointError    JX-E6xx  language models that are asked
    │   └── NoAnswer              one question that stays unanswered
    └── OfficeError      JX-E7xx  people, their rights and decisions in the web application
        ├── SignInNeeded          nobody, or not well enough, signed in
        ├── Forbidden             not among the rights of whoever asks
        ├── Missing               no such record, or none that may be seen
        ├── Conflict              not in the state that it would have to be in
        │   ├── Stale             changed by somebody else in the meantime
        │   └── Taken             a value that must be unique is taken
        └── TooMany               too often in a short time

Messages hold ids, types, lengths and patterns, never names or review text.
"""

from __future__ import annotations

from collections.abc import Sequence


class JixiaoError(Exception):
    """A problem the user can mend.

    Args:
        code: Stable code, ``JX-E`` and three digits, optionally a dot and a slug.
        place: Where: a file, column, option or setting.
        expected: What would have been right.
        got: What was found (never a name or a text of a person).
        hint: What to do next; empty when there is nothing better to say.
    """

    def __init__(self, code: str, place: str, *, expected: str, got: str, hint: str = "") -> None:
        self.code = code
        self.place = place
        self.expected = expected
        self.got = got
        self.hint = hint
        super().__init__(str(self))

    def __str__(self) -> str:
        line = f"[{self.code}] {self.place}: expected {self.expected}, got {self.got}"
        return f"{line}\n  Hint: {self.hint}" if self.hint else line

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.code, self.place, self.expected, self.got, self.hint))

    def to_json(self) -> dict[str, str]:
        """Return the error as plain keys: code, place, expected, got, hint."""
        return {
            "code": self.code,
            "place": self.place,
            "expected": self.expected,
            "got": self.got,
            "hint": self.hint,
        }


def _rebuild(
    kind: type[JixiaoError], code: str, place: str, expected: str, got: str, hint: str
) -> JixiaoError:
    return kind(code, place, expected=expected, got=got, hint=hint)


class ContractError(JixiaoError):
    """The contract, an option or a scale is wrong."""


class DataError(JixiaoError):
    """A file or table cannot be used at all (single bad rows are problems, not errors)."""


class ModelError(JixiaoError):
    """A model cannot be trained, loaded or asked."""


class WorkspaceError(JixiaoError):
    """The workspace folder or something stored in it is missing or damaged."""


class Held(WorkspaceError):
    """Another process is writing to the workspace."""


class Unavailable(WorkspaceError):
    """The disk or the database fails at the moment; what was asked for does not count as done."""


class DiskFull(Unavailable):
    """No room is left where something was to be written, so nothing was saved."""


class ReportError(JixiaoError):
    """A report cannot be made."""


class EndpointError(JixiaoError):
    """A language model cannot be asked at all: address, key, model or answer format."""


class NoAnswer(EndpointError):
    """One question stays unanswered after all tries; others may fare better."""


class OfficeError(JixiaoError):
    """Something about people, rights or decisions in the web application."""


class SignInNeeded(OfficeError):
    """Nobody is signed in, or a second factor is missing."""


class Forbidden(OfficeError):
    """Whoever asks has no right to it."""


class Missing(OfficeError):
    """There is no such record, or none that may be seen."""


class Conflict(OfficeError):
    """What is asked for does not fit the state of a record."""


class Stale(Conflict):
    """A record was changed by somebody else since it was read."""


class Taken(Conflict):
    """A value that must be unique is taken."""


class TooMany(OfficeError):
    """Too many tries in a short time.

    Args:
        code: As of every error.
        place: As of every error.
        expected: As of every error.
        got: As of every error.
        hint: As of every error.
        wait_s: Seconds after which another try may do better.
    """

    def __init__(
        self,
        code: str,
        place: str,
        *,
        expected: str,
        got: str,
        hint: str = "",
        wait_s: int = 60,
    ) -> None:
        self.wait_s = wait_s
        super().__init__(code, place, expected=expected, got=got, hint=hint)


class ManyErrors(JixiaoError):
    """Several errors found in one go; ``errors`` holds each."""

    def __init__(self, errors: Sequence[JixiaoError]) -> None:
        self.errors = tuple(errors)
        first = self.errors[0]
        super().__init__(
            first.code, first.place, expected=first.expected, got=first.got, hint=first.hint
        )

    def __str__(self) -> str:
        return "\n".join(str(error) for error in getattr(self, "errors", ()))

    def __reduce__(self) -> tuple[object, ...]:
        return (ManyErrors, (self.errors,))


def raise_all(errors: Sequence[JixiaoError]) -> None:
    """Raise nothing, the one error, or all of them together.

    Raises:
        JixiaoError: If ``errors`` is not empty.
    """
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise ManyErrors(errors)
