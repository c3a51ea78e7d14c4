"""Read the words, call one use case, print its result, choose the exit code."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.app.cli.parser import build_parser

if TYPE_CHECKING:
    from jixiao.office import Office
    from jixiao.services import Workspace

    OpenWorkspace = Callable[..., Workspace]
    OpenOffice = Callable[..., Office]

OK = 0
FINDING = 1
BAD_INPUT = 2
INTERRUPTED = 130


def main(argv: Sequence[str] | None, open_workspace: OpenWorkspace, open_office: OpenOffice) -> int:
    """Run one command.

    Args:
        argv: Words after ``jixiao``; those of the process when None.
        open_workspace: Opens the workspace of a folder; its second argument says whether
            progress is told on stderr.
        open_office: Opens the web application of a folder, with a database and an anchor.

    Returns:
        0, 1 when something was found, 2 for bad input, 130 when interrupted.
    """
    arguments = build_parser(version("jixiao")).parse_args(argv)
    from jixiao.core import JixiaoError, refused_by_system

    try:
        return _run(arguments, open_workspace, open_office)
    except JixiaoError as error:
        if arguments.traceback:
            raise
        return _fail(error, as_json=arguments.json)
    except BrokenPipeError:
        return _unheard()
    except OSError as error:
        if arguments.traceback or error.strerror is None:
            raise
        return _fail(refused_by_system(error), as_json=arguments.json)
    except KeyboardInterrupt:
        print("interrupted; run the same command again to go on", file=sys.stderr)
        return INTERRUPTED


def _run(arguments: Namespace, open_workspace: OpenWorkspace, open_office: OpenOffice) -> int:
    from jixiao.app.cli.commands import COMMANDS, TOOLS
    from jixiao.app.cli.office import OFFICE

    if arguments.command in TOOLS:
        result, code = TOOLS[arguments.command](arguments)
    elif arguments.command in OFFICE:
        if arguments.command == "restore":
            from jixiao.services import unpack

            store = open_workspace(arguments.folder, False, key=arguments.key).store
            file, folder, key = Path(arguments.file), Path(arguments.folder), store.given_key()
            unpack(file, folder, force=arguments.force, key=key)
        office = open_office(
            arguments.folder,
            arguments.database,
            arguments.anchor,
            serving=arguments.command == "serve",
            key=arguments.key,
        )
        result, code = OFFICE[arguments.command](office, arguments)
    else:
        workspace = open_workspace(arguments.folder, not arguments.quiet)
        result, code = COMMANDS[arguments.command](workspace, arguments)
    text = json.dumps(result.to_json(), ensure_ascii=False, indent=1, allow_nan=False)
    print(text if arguments.json else result.to_text(), flush=True)
    return code


def _unheard() -> int:
    """Return the code for output that nobody reads on, as when it is piped into ``head``."""
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    return OK


def _fail(error: Exception, *, as_json: bool) -> int:
    from jixiao.core import JixiaoError, ManyErrors

    errors = error.errors if isinstance(error, ManyErrors) else (error,)
    if as_json:
        found = [one.to_json() for one in errors if isinstance(one, JixiaoError)]
        print(json.dumps({"errors": found}, ensure_ascii=False, indent=1))
    for one in errors:
        print(str(one), file=sys.stderr)
    return BAD_INPUT
