"""Stub."""

from jixiao.contracts.office import Reading


def is_stopped(read: Reading) -> bool:
    """Stub."""
    return False
