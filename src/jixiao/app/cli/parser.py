"""The commands and options of ``jixiao``; light enough that ``--help`` answers at once."""

from __future__ import annotations

import argparse
from datetime import date

_MOST_SEED = 2**32
_EPILOG = "Exit code: 0 all is well, 1 something was found, 2 bad input."


def build_parser(version: str) -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="jixiao",
        description="From recorded performance data to a checked report. "
        "从绩效记录到经过核对的报告。",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"jixiao {version}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _demo(_command(commands, "demo", "make a sample company and run everything on it"))
    _init(_command(commands, "init", "write jixiao.yaml from data files"))
    _check(_command(commands, "check", "say everything that is wrong with the data"))
    _train(_command(commands, "train", "train a model, or let auto choose one"))
    _evaluate(_command(commands, "evaluate", "measure the current model on the held-out test part"))
    _score(_command(commands, "score", "score the rows of a file"))
    _report(_command(commands, "report", "write reports"))
    _provenance(_command(commands, "provenance", "say whether a report is as it was signed"))
    _run(_command(commands, "run", "init, check, train, evaluate and report in one"))
    _verify(_command(commands, "verify", "check a text against facts, sentence by sentence"))
    _serve(_command(commands, "serve", "serve the web application"))
    _work(_command(commands, "work", "do the jobs that the web application was asked for"))
    _user(_group(commands, "user", "accounts of the web application"))
    _roster(_group(commands, "roster", "people and the organisation of the web application"))
    _audit_log(_group(commands, "audit-log", "the web application's record of every change"))
    _backup(_command(commands, "backup", "write workspace and accounts to one file"))
    _restore(_command(commands, "restore", "put a backup in place"))
    _erase(_command(commands, "erase", "erase a person from records, files and free pages"))
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text, epilog=_EPILOG)
    command.add_argument("--json", action="store_true", help="print one JSON document on stdout")
    command.add_argument("--quiet", action="store_true", help="no progress on stderr")
    command.add_argument("--traceback", action="store_true", help=argparse.SUPPRESS)
    return command


def _group(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str
) -> argparse._SubParsersAction[argparse.ArgumentParser]:
    """Return the second words of a command of two words."""
    command = commands.add_parser(name, help=text, description=text, epilog=_EPILOG)
    return command.add_subparsers(dest="verb", metavar="VERB", required=True)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1 on, not {text!r}")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) >= _MOST_SEED:
        raise argparse.ArgumentTypeError(f"a whole number from 0 to {_MOST_SEED - 1}, not {text!r}")
    return int(text)


def _folder(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", metavar="DIR", help="workspace folder")


def _columns(command: argparse._ActionsContainer, name: str, text: str) -> None:
    command.add_argument(
        f"--{name}", nargs="+", action="extend", default=[], metavar="COLUMN", help=text
    )


def _data(command: argparse.ArgumentParser, *, required: bool) -> None:
    command.add_argument(
        "--data",
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE",
        required=required,
        help="CSV, TSV, XLSX, XLS, Parquet, JSON lines, any of them gzipped, or a SQL URL",
    )


def _mapping(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("what the columns mean (each overrides a guess)")
    _columns(group, "id", "what identifies a row")
    group.add_argument("--target", metavar="COLUMN", help="column to predict")
    _columns(group, "text", "review text")
    group.add_argument("--subject", metavar="COLUMN", help="who or what is assessed")
    group.add_argument("--period", metavar="COLUMN", help="review period or date")
    group.add_argument("--rater", metavar="COLUMN", help="who gave the rating")
    _columns(group, "group", "organisation path: department, team…")
    _columns(group, "protected", "protected attribute: for audits, never a feature")
    _columns(group, "confidential", "answers from surveys, upward or peer feedback")
    _columns(group, "series", "indicators followed over periods")
    _columns(group, "drop", "leave the column out of everything")
    _columns(group, "ignore", "keep the column out of the model")
    _columns(group, "key", "column that joins the tables; ID=NO where the other table names it NO")
    group.add_argument("--task", choices=["ordinal", "class", "classes", "number"])
    group.add_argument("--scale", help="1..5, or worded and lowest first: '合格<良好<优秀'")
    group.add_argument("--test", metavar="FILE", help="file that holds the test rows")
    group.add_argument("--split-column", metavar="COLUMN", help="column that names each row's part")
    group.add_argument("--sheet", help="sheet of a workbook")
    group.add_argument("--query", help="query of a SQL URL")
    group.add_argument(
        "--allow-leak",
        nargs="+",
        action="extend",
        default=[],
        metavar="COLUMN",
        help="let a suspected leak into the model after all",
    )


def _training(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("training")
    group.add_argument(
        "--model",
        help="linear, boosted, stack, frozen, encoder, lstm, decoder, auto; with train also writer",
    )
    group.add_argument("--tuning", choices=["full", "lora", "adapter", "frozen"])
    group.add_argument("--weights", metavar="FOLDER", help="local weights for encoder or decoder")
    group.add_argument(
        "--budget", metavar="TIME", help="wall time of the whole training: 90s, 5m, 1h"
    )
    group.add_argument(
        "--trials", type=_count, metavar="N", help="trials of the hyperparameter search"
    )
    group.add_argument("--seed", type=_seed, help="seed of everything random")
    group.add_argument(
        "--track",
        nargs="+",
        choices=["tensorboard", "wandb"],
        default=None,
        help="where training curves go beside the run's JSON",
    )


def _reporting(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("reports")
    group.add_argument(
        "--analyst",
        action="store_true",
        help="show the model's second opinion (never for a manager who has yet to judge)",
    )
    group.add_argument(
        "--lang",
        nargs="+",
        action="extend",
        choices=["zh", "en"],
        default=None,
        help="languages of each report; those of jixiao.yaml when left out",
    )
    group.add_argument(
        "--format",
        nargs="+",
        action="extend",
        choices=["html", "json", "pdf", "docx", "xlsx", "md"],
        default=None,
        help="formats of each report; html and json when left out",
    )


def _demo(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", metavar="DIR", nargs="?", default="demo")
    command.add_argument("--people", type=_count, default=300, metavar="N")
    command.add_argument("--quarters", type=_count, default=8, metavar="N")
    command.add_argument("--seed", type=_seed, default=7)
    command.add_argument("--budget", metavar="TIME", default="2m")


def _init(command: argparse.ArgumentParser) -> None:
    _folder(command)
    _data(command, required=True)
    _mapping(command)
    command.add_argument("--force", action="store_true", help="replace an existing jixiao.yaml")


def _check(command: argparse.ArgumentParser) -> None:
    _folder(command)
    _data(command, required=False)
    command.add_argument(
        "--mended", metavar="FILE", help="a mended quarantine file to read back in"
    )


def _train(command: argparse.ArgumentParser) -> None:
    _folder(command)
    _training(command)


def _evaluate(command: argparse.ArgumentParser) -> None:
    _folder(command)
    command.add_argument("--model", metavar="ID", help="a stored model; the current one by default")


def _score(command: argparse.ArgumentParser) -> None:
    _folder(command)
    _data(command, required=True)
    command.add_argument(
        "--out",
        required=True,
        metavar="FILE",
        help="CSV, XLSX, Parquet or JSON lines by its ending",
    )
    command.add_argument("--model", metavar="ID", help="a stored model; the current one by default")


def _report(command: argparse.ArgumentParser) -> None:
    _folder(command)
    _reporting(command)
    command.add_argument("--subject", metavar="ID", help="one subject only")
    command.add_argument(
        "--level",
        nargs="+",
        action="extend",
        choices=["employee", "team", "organisation", "customer", "product"],
        default=None,
        help="on whom; by default what the records are about",
    )
    command.add_argument(
        "--period", metavar="P", help="2025Q1, 2025H1, 2025-03…; the last by default"
    )
    command.add_argument("--out", metavar="FOLDER", help="where reports go; DIR/reports by default")
    command.add_argument(
        "--writer",
        choices=["outline", "llm"],
        default=None,
        help="who writes the sentences: outline, or a language model named in jixiao.yaml",
    )
    command.add_argument(
        "--changed",
        action="store_true",
        help="renew only the reports whose facts changed, and tell what changed since the last one",
    )


def _provenance(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", help="a report as jixiao report wrote it")
    command.add_argument(
        "--key",
        metavar="PEM",
        help="public key of the maker; that of the workspace the file lies in by default",
    )
    command.add_argument(
        "--workspace",
        dest="folder",
        metavar="DIR",
        default=".",
        help="workspace whose key counts when the file lies in none",
    )


def _run(command: argparse.ArgumentParser) -> None:
    _folder(command)
    _data(command, required=True)
    _mapping(command)
    _training(command)
    _reporting(command)


def _verify(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--facts", required=True, metavar="FACTS.json", help="facts and comments (docs/verify.md)"
    )
    command.add_argument("--text", required=True, metavar="FILE", help="plain text to check")


def _office(command: argparse.ArgumentParser) -> None:
    _folder(command)
    command.add_argument(
        "--database",
        metavar="URL",
        help="PostgreSQL, as in postgresql+psycopg://user@host/name; a SQLite file by default",
    )
    command.add_argument(
        "--anchor",
        metavar="FILE",
        help="file that anchors the audit log, best on another disk; JIXIAO_ANCHOR by default",
    )
    command.add_argument(
        "--key",
        metavar="FILE",
        help="file outside the workspace that keeps its key, which moves there; JIXIAO_KEY by "
        "default",
    )


def _serve(command: argparse.ArgumentParser) -> None:
    _office(command)
    command.add_argument("--host", default="127.0.0.1", help="address to listen on")
    command.add_argument("--port", type=int, default=8080, help="port to listen on")
    command.add_argument(
        "--behind", metavar="ADDRESS", help="proxy whose word on address and HTTPS is believed"
    )


def _work(command: argparse.ArgumentParser) -> None:
    _office(command)
    command.add_argument(
        "--idle",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="end after so long without a job",
    )
    command.add_argument("--parent", action="store_true", help=argparse.SUPPRESS)


def _user(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = _command(verbs, "add", "add an account")
    _office(add)
    add.add_argument("login", metavar="LOGIN", help="what is typed at sign-in")
    add.add_argument(
        "--role",
        action="append",
        required=True,
        choices=("administrator", "analyst", "manager", "employee", "auditor"),
        help="what the account may do; may be given several times",
    )
    add.add_argument("--person", metavar="ID", help="subject id of the person whose account it is")
    add.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the password from a line of stdin; a link to choose one is printed otherwise",
    )
    recover = _command(verbs, "recover", "print a link that sets a new password once")
    _office(recover)
    recover.add_argument("login", metavar="LOGIN", help="what is typed at sign-in")
    recover.add_argument(
        "--second-factor",
        action="store_true",
        help="drop the second factor too, which must then be set up anew",
    )


def _roster(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    take = _command(verbs, "import", "take in people, units and managers; moves keep the history")
    _office(take)
    take.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        help="CSV or XLSX with ids, names, managers and units; the workspace's own by default",
    )
    take.add_argument(
        "--day", type=date.fromisoformat, metavar="DAY", help="day on which it holds; today"
    )
    take.add_argument(
        "--whole", action="store_true", help="whoever is missing from it has left on that day"
    )


def _audit_log(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _office(_command(verbs, "verify", "check that no entry was changed, moved or removed"))


def _backup(command: argparse.ArgumentParser) -> None:
    _office(command)
    command.add_argument("file", metavar="FILE", help="the backup, a name that is still free")


def _restore(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", help="a backup")
    _office(command)
    command.add_argument("--force", action="store_true", help="replace what stands in DIR")


def _erase(command: argparse.ArgumentParser) -> None:
    _office(command)
    command.add_argument("subject", metavar="ID", help="subject id of the person")
