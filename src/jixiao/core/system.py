"""What the operating system refuses, as an error with place and hint."""

from __future__ import annotations

import errno
from pathlib import Path

from jixiao.core.errors import DiskFull, Unavailable

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Numbers of errors that say that no room is left."""
FAILING = frozenset(
    {errno.EIO, errno.EROFS, errno.ENXIO, errno.ENODEV, errno.ESTALE, errno.EMFILE, errno.ENFILE}
)
"""Numbers of errors that say that a disk or the machine fails."""


def is_fault_of_system(error: OSError) -> bool:
    """Return whether a full or failing disk is what an error says, and no fault of the caller."""
    return error.errno in FULL | FAILING


def refused_by_system(error: OSError) -> Unavailable:
    """Return what the operating system refused as an error of the house.

    Args:
        error: As it was raised; the folder it names is not told.
    """
    kind = DiskFull if error.errno in FULL else Unavailable
    return kind(
        "JX-E406",
        Path(str(error.filename)).name if error.filename else "the disk",
        expected="a place that can be read and written",
        got=error.strerror or "another fault",
        hint="look at free space and permissions, then do the same again; "
        "nothing half-written is kept",
    )
