"""The arguments of the ``patentcore`` command."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import patentcore
from patentcore.engine.session import DEFAULT, ENGINES, VARIABLE
from patentcore.errors import ConfigError

STAGES = {
    "screen": "screen the patents",
    "network": "build the network of the key patents",
    "centrality": "measure the network",
    "score": "score and rank the key patents",
    "technologies": "assign patents to technologies and judge these",
}
"""The commands of one stage alone, and what each does."""

_REPEATED: dict[str, Any] = {"action": "append", "default": []}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ConfigError(f"{self.prog}: {message} (see {self.prog} --help)")


def parser_of(calls: Mapping[str, Callable[..., Any]]) -> argparse.ArgumentParser:
    """Return the parser of the commands; ``call`` of what it parses is the command's.

    Args:
        calls: what each command does, by its name.
    """
    parser = _Parser(prog="patentcore", description=patentcore.__doc__)
    parser.add_argument("--version", action="version", version=patentcore.__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    command = _command(commands, "corpus", calls["corpus"], "make the calibrated synthetic corpus")
    command.add_argument("--output", required=True, metavar="DIR")
    command.add_argument("--scale", type=float, default=1.0, help="1.0 is the paper's size")
    command.add_argument("--seed", type=int, default=2023)
    command.add_argument("--layout", choices=("canonical", "patsnap"), default="canonical")
    _spark_options(command)

    command = _command(
        commands, "ingest", calls["ingest"], "bring an export into the canonical tables"
    )
    command.add_argument("--source", required=True, help="name of the format, or auto")
    command.add_argument("--input", required=True, nargs="+", metavar="PATH")
    command.add_argument("--output", required=True, metavar="DIR")
    what = "where inputs of several formats are merged, ask these first for a field"
    command.add_argument("--prefer", metavar="FIELD=SOURCE[,SOURCE]", help=what, **_REPEATED)
    what = "names of the columns of files without a header row, in the source's words"
    command.add_argument("--header", metavar="NAME,NAME...", help=what)
    what = "whether ends of citations that no record has go to the record that they mean"
    command.add_argument(
        "--citations", choices=("resolved", "as-given"), default="resolved", help=what
    )
    _spark_options(command)

    command = _command(commands, "run", calls["run"], "run the whole method")
    command.add_argument("--no-report", action="store_true", help="leave the HTML report out")
    _language_option(command)
    what = "canonical tables, or exports, which are ingested first"
    _run_options(command, nargs="+", help=what)
    what = "where the result goes; default: a folder here, named after the input"
    command.add_argument("--output", metavar="DIR", help=what)
    for name, what in STAGES.items():
        command = _command(commands, name, calls[name], f"one stage alone: {what}")
        _run_options(command)
        command.add_argument("--output", required=True, metavar="DIR")

    command = _command(commands, "show", calls["show"], "print an output table")
    command.add_argument("folder", metavar="DIR")
    command.add_argument("table", nargs="?", default="scores", help="a table's name, or run")
    command.add_argument("--top", type=int, default=20, help="rows to print")
    command.add_argument("--run", dest="run_id", metavar="ID", help="one of several appended runs")
    _spark_options(command)

    for name, what in (
        ("compare", "print published tables beside this run's"),
        ("report", "write the HTML report of a finished run"),
    ):
        command = _command(commands, name, calls[name], what)
        command.add_argument("folder", metavar="DIR")
        if name == "report":
            _language_option(command)
        _spark_options(command)

    command = _command(
        commands, "config", calls["config"], "list the shipped configurations, or print one"
    )
    command.add_argument("name", nargs="?", metavar="NAME")

    command = _command(commands, "doctor", calls["doctor"], "check versions, jars and cluster")
    command.add_argument("--master", help="Spark master or Spark Connect server to try")
    _engine_option(command)
    return parser


def _command(commands: Any, name: str, call: Callable[..., Any], what: str) -> _Parser:
    command: _Parser = commands.add_parser(name, help=what, description=what)
    command.set_defaults(call=call)
    return command


def _run_options(command: _Parser, **of_input: Any) -> None:
    what = "TOML file or shipped one; default: the paper's, or of an export the one that fits"
    command.add_argument("--config", metavar="FILE|NAME", help=what)
    of_input = {"metavar": "DIR", "help": "canonical tables", **of_input}
    command.add_argument("--input", required=True, **of_input)
    what = "override a configuration key, e.g. screening.min_claims_exclusive=5"
    command.add_argument("--set", metavar="KEY=VALUE", help=what, **_REPEATED)
    what = "also by periods of so many years; windows.length"
    command.add_argument("--window", type=int, metavar="YEARS", help=what)
    what = "years from one window to the next; windows.step"
    command.add_argument("--step", type=int, metavar="YEARS", help=what)
    _spark_options(command)


def _language_option(command: _Parser) -> None:
    what = "language that the report shows first; the page switches"
    command.add_argument("--lang", choices=("en", "zh"), default="en", help=what)


def _engine_option(command: _Parser) -> None:
    command.add_argument(
        "--engine",
        choices=ENGINES,
        help=f"what computes; default {DEFAULT}, or what {VARIABLE} or the master says",
    )


def _spark_options(command: _Parser) -> None:
    _engine_option(command)
    what = "Spark master URL, or sc://HOST:PORT; default all local cores"
    command.add_argument("--master", help=what)
    command.add_argument("--conf", metavar="KEY=VALUE", help="a Spark setting", **_REPEATED)
