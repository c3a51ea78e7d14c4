import errno
import os

import pytest

from jixiao.core import DiskFull, Unavailable, is_fault_of_system, refused_by_system


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_no_room_is_told_as_a_full_disk(number: int) -> None:
    error = OSError(number, os.strerror(number), "/srv/w/reports/report.html")
    assert is_fault_of_system(error)
    found = refused_by_system(error)
    assert isinstance(found, DiskFull)
    assert (found.code, found.place, found.got) == ("JX-E406", "report.html", os.strerror(number))
    assert "/srv" not in str(found)


@pytest.mark.parametrize("number", [errno.EIO, errno.EROFS, errno.EMFILE])
def test_a_failing_disk_is_told_as_one_that_may_work_again(number: int) -> None:
    error = OSError(number, os.strerror(number))
    assert is_fault_of_system(error)
    found = refused_by_system(error)
    assert isinstance(found, Unavailable)
    assert not isinstance(found, DiskFull)
    assert found.place == "the disk"


def test_a_missing_file_is_no_fault_of_the_system() -> None:
    assert not is_fault_of_system(FileNotFoundError(errno.ENOENT, "No such file"))
    assert not is_fault_of_system(OSError("without a number"))
