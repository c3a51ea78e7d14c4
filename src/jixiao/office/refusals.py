"""Stub."""

from collections.abc import Collection

from jixiao.contracts.office import Notice, Reading, Refusal


def refused(read: Reading, person_ids: Collection[str]) -> frozenset[str]:
    """Stub."""
    return frozenset(o.person for o in read.find(Refusal, person=list(person_ids), ended=None))


def noticed(read: Reading, person_ids: Collection[str]) -> frozenset[str]:
    """Stub."""
    return frozenset(o.person for o in read.find(Notice, person=list(person_ids)))
