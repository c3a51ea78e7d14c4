"""Answers of language models, kept under the hash of the question: asked once, replayed ever after.

A stored answer is what a report was made from. It is read back only when question and answer
still have the hashes they were stored with.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from jixiao.contracts import Answer, Question, WorkspaceStore
from jixiao.core import WorkspaceError, json_hash


def answer_key(question: Question) -> str:
    """Return the name of a question: the SHA-256 of everything that decides its answer."""
    return json_hash(question.model_dump(mode="json"))


class Answers:
    """The answers of a workspace, one JSON document each, below ``answers``.

    Args:
        store: The workspace.
    """

    def __init__(self, store: WorkspaceStore) -> None:
        self._store = store

    def find(self, question: Question) -> Answer | None:
        """Return the stored answer to a question, or None.

        Raises:
            WorkspaceError: If what is stored was changed since.
        """
        key = answer_key(question)
        stored = self._store.read_json(_place(key))
        if stored is None:
            return None
        said = stored.get("answer")
        if json_hash(stored.get("question")) != key or json_hash(said) != stored.get("hash"):
            raise WorkspaceError(
                "JX-E640",
                f"{_place(key)}.json",
                expected="the question and answer that were stored",
                got="a changed file",
                hint="restore it from a backup; remove it to ask the model anew",
            )
        return Answer.model_validate(said)

    def keep(self, question: Question, answer: Answer) -> None:
        """Store an answer with its question, settings and date."""
        said = answer.model_dump(mode="json")
        content: dict[str, Any] = {
            "question": question.model_dump(mode="json"),
            "answer": said,
            "hash": json_hash(said),
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        self._store.write_json(_place(answer_key(question)), content)


def _place(key: str) -> str:
    return f"answers/{key[:2]}/{key}"
