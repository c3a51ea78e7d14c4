"""Long lists in pages: which part is shown, and the addresses of the pages beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Query, Request

T = TypeVar("T")
PageNumber = Annotated[int, Query(ge=1, le=10**6, alias="page")]
"""Parameter of a page's address: number of the part, from 1."""


@dataclass(frozen=True)
class Part(Generic[T]):
    """A part of a list.

    Attributes:
        rows: What is shown.
        total: How many there are in all.
        page: Number of the part, from 1.
        pages: How many parts there are.
        before: Query of the page before; empty where there is none.
        after: Query of the page after; empty where there is none.
    """

    rows: Sequence[T]
    total: int
    page: int
    pages: int
    before: str
    after: str


def part_of(request: Request, rows: Sequence[T], page: int, *, size: int) -> Part[T]:
    """Return the rows of a page, the last one where there are not so many.

    Args:
        request: Whose address is kept.
        rows: The whole list.
        page: Number asked for, from 1.
        size: Rows of a page.
    """
    pages = max(1, -(-len(rows) // size))
    page = min(page, pages)
    return given_part(request, rows[(page - 1) * size : page * size], page, (len(rows), pages))


def given_part(request: Request, rows: Sequence[T], page: int, sizes: tuple[int, int]) -> Part[T]:
    """Return a part that a use case has cut out.

    Args:
        request: Whose address is kept.
        rows: Rows of the page.
        page: Its number, from 1.
        sizes: Number of rows in all, and of pages.
    """
    total, pages = sizes
    before, after = (
        request.url.include_query_params(page=number).query if 1 <= number <= pages else ""
        for number in (page - 1, page + 1)
    )
    return Part(rows, total, page, pages, before, after)
