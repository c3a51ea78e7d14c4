"""Checks files one by one, each in a process of its own, and tells what each took.

Standard input holds one JSON list of name and path; each answer is a line of JSON with the error
code (empty where the file was taken), processor seconds and peak memory in megabytes.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time

from jixiao.core import DataError
from jixiao.office.upload_bounds import UploadLimits
from jixiao.office.work.uploads import check_upload


def measure(name: str, path: str) -> dict[str, object]:
    """Return how a file is taken in this process, and what that takes."""
    began, code = time.process_time(), ""
    with open(path, "rb") as file:  # noqa: PTH123
        try:
            check_upload(file, name, UploadLimits())
        except DataError as error:
            code = error.code
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"code": code, "seconds": time.process_time() - began, "peak_mb": peak}


def main() -> None:
    """Answer for every file."""
    for name, path in json.load(sys.stdin):
        if os.fork() == 0:
            told = measure(name, path)
            print(json.dumps(told), flush=True)
            os._exit(0)
        os.wait()


if __name__ == "__main__":
    main()
