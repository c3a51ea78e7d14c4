"""What a run with a language model may use: tokens and money, never more than the settings say."""

from __future__ import annotations

import threading

from jixiao.contracts import Answer, Question, WriterSettings, tokens_at_most
from jixiao.core import EndpointError

_MILLION = 1_000_000


class SpendLimit(EndpointError):
    """The next question could go over the limit of the run."""


class Meter:
    """Counts what is used, and holds back before a question what it may use at most.

    Because questions under way are held back in full, a run never goes over its limit, whatever
    the endpoint does; it may stop a little early.

    Args:
        settings: Limits and prices.
    """

    def __init__(self, settings: WriterSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._held = (0, 0)
        self.tokens_read = 0
        self.tokens_written = 0

    def hold(self, question: Question) -> tuple[int, int]:
        """Set aside what a question may use at most, tokens read and written.

        Raises:
            SpendLimit: If that could go over a limit; nothing is set aside then.
        """
        most = (tokens_at_most(question), question.answer_tokens)
        with self._lock:
            read = self.tokens_read + self._held[0] + most[0]
            written = self.tokens_written + self._held[1] + most[1]
            self._refuse(read, written)
            self._held = (self._held[0] + most[0], self._held[1] + most[1])
        return most

    def settle(self, held: tuple[int, int], answer: Answer | None) -> None:
        """Put what was used in the place of what was set aside.

        A question without an answer counts as its whole prompt: the endpoint may have read it.
        """
        with self._lock:
            self._held = (self._held[0] - held[0], self._held[1] - held[1])
            self.tokens_read += answer.tokens_read if answer else held[0]
            self.tokens_written += answer.tokens_written if answer else 0

    def cost(self, read: int | None = None, written: int | None = None) -> float | None:
        """Return the money that tokens cost, by default those used; None without prices."""
        prices = (self._settings.price_read, self._settings.price_written)
        if prices[0] is None or prices[1] is None:
            return None
        read = self.tokens_read if read is None else read
        written = self.tokens_written if written is None else written
        return (read * prices[0] + written * prices[1]) / _MILLION

    def _refuse(self, read: int, written: int) -> None:
        settings, cost = self._settings, self.cost(read, written)
        if read + written > settings.run_tokens:
            raise self._limit("run_tokens", f"{settings.run_tokens:,} tokens")
        if settings.run_cost is not None and cost is not None and cost > settings.run_cost:
            raise self._limit("run_cost", f"{settings.run_cost:g} of the currency of the prices")

    def _limit(self, name: str, most: str) -> SpendLimit:
        return SpendLimit(
            "JX-E610",
            f"writer.{name}",
            expected=f"at most {most} in one run",
            got="a question that could go over it",
            hint="run the same command again to go on, or raise the limit; answers are kept",
        )
