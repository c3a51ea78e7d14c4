"""What is said to a language model and what comes back; ``gateways`` answer, fakes stand in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal, Protocol

from jixiao.contracts.schema import Frozen
from jixiao.contracts.settings import WriterSettings

TOKEN = re.compile(r"\[\[[A-Z]{1,12}[0-9]{1,5}(?:-[0-9]{1,3})?\]\]")
"""What stands for a name, an identifier or a gendered word in a prompt, as in ``[[P1]]``.

Plain ASCII: no tokenizer, keyboard or JSON library changes it, in Chinese text or in English.
"""


class Message(Frozen):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    """Who says it."""
    content: str
    """What is said."""


class Question(Frozen):
    """Everything that decides an answer; its hash is the name under which the answer is kept."""

    model: str
    """Model that is asked, or the hash of local weights."""
    messages: tuple[Message, ...]
    """The conversation so far."""
    temperature: float
    """Randomness."""
    answer_tokens: int
    """Most tokens of the answer."""
    answer_format: str
    """How JSON is asked for."""
    answer_schema: dict[str, Any]
    """JSON schema of the answer."""


def tokens_at_most(question: Question) -> int:
    """Return an upper estimate of the tokens of a prompt: one for every two bytes of UTF-8."""
    return sum(len(message.content.encode()) // 2 + 8 for message in question.messages)


class Answer(Frozen):
    """What a model said, word for word."""

    text: str
    """The raw output."""
    finish: str
    """Why it ended: ``stop``, ``length`` or what the endpoint says."""
    tokens_read: int
    """Tokens of the prompt."""
    tokens_written: int
    """Tokens of the answer."""
    is_counted: bool = True
    """Whether the endpoint counted the tokens itself; else they are estimated from above."""


class Chat(Protocol):
    """A language model that can be asked, from several threads at once."""

    @property
    def model(self) -> str:
        """Name of the model; for local weights, with the hash of the weights."""

    def ask(self, question: Question) -> Answer:
        """Return the answer.

        Raises:
            NoAnswer: If this question stays unanswered after all tries.
            EndpointError: If no question can be answered.
        """

    def close(self) -> None:
        """Give connections and memory back; no further tries are made."""


OpenChat = Callable[[WriterSettings], Chat]
"""Opens the model that the settings name."""


class Pseudonymiser(Protocol):
    """Replaces names, identifiers and gendered words by tokens, and tokens by what they were."""

    def hide(self, text: str) -> str:
        """Return the text with tokens in their place."""

    def value(self, token: str) -> str | None:
        """Return what a token stands for; None when it was never given out."""
