"""The arguments of the ``patentcore`` command."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import patentcore
from patentcore.engine.session import DEFAULT, ENGINES, VARIABLE
from patentcore.errors import ConfigError, meant

STAGES = {
    "screen": "screen the patents",
    "network": "build the network of the key patents",
    "centrality": "measure the network",
    "score": "score and rank the key patents",
    "technologies": "assign patents to technologies and judge these",
}
"""The commands of one stage alone, and what each does."""

GROUPS = {
    "from data to a result": ("run", "ingest", "corpus"),
    "looking at a result": ("show", "explain", "compare", "report", "export"),
    "one stage of run alone": tuple(STAGES),
    "the tool itself": ("config", "doctor", "completion"),
}
"""The commands as the help lists them."""

EXAMPLES = {
    "run": (
        "patentcore run --input exports/*.csv",
        "patentcore run --input export.xlsx --set screening.min_claims_exclusive=5",
        "patentcore run --config paper --input corpus --output result --window 5 --step 1",
    ),
    "ingest": (
        "patentcore ingest --source auto --input exports --output corpus",
        "patentcore ingest --source patsnap --input a.csv b.csv --output corpus",
    ),
    "corpus": ("patentcore corpus --output corpus --scale 0.1",),
    "show": (
        "patentcore show result",
        "patentcore show result scores --columns rank,publication_number,core_degree --limit 10",
        'patentcore show result scores --where "publication_year>=2015" --sort betweenness:desc',
        "patentcore show result funnel",
    ),
    "explain": ("patentcore explain CN105513499A result",),
    "compare": ("patentcore compare result",),
    "report": ("patentcore report result --lang zh",),
    "export": (
        "patentcore export result --to xlsx",
        "patentcore export result --to vosviewer --network codes",
    ),
    "config": ("patentcore config", "patentcore config lens > mine.toml"),
    "doctor": ("patentcore doctor", "patentcore doctor --master sc://host:15002"),
    "completion": (
        'eval "$(patentcore completion bash)"',
        "patentcore completion fish > ~/.config/fish/completions/patentcore.fish",
    ),
    **{name: (f"patentcore {name} --input corpus --output result",) for name in STAGES},
}
"""What the help of a command, and the message of a faulty one, show how to write."""

SHELLS = ("bash", "zsh", "fish")
_REPEATED: dict[str, Any] = {"action": "append", "default": []}


class _Parser(argparse.ArgumentParser):
    """A parser whose refusals name what was probably meant, or an example."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Refuse an option that is not there before anything else that it leaves missing."""
        if self.prog.count(" ") and args is not None:
            self._refuse_unknown(args)
        return super().parse_known_args(args, namespace)

    def _refuse_unknown(self, args: Sequence[str]) -> None:
        known = self._option_string_actions
        for word in args:
            if word == "--":
                return
            name = word.partition("=")[0]
            if word.startswith("--") and not any(option.startswith(name) for option in known):
                self.error(f"no option {name}{meant(name, known)}")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            choices = [str(choice) for choice in action.choices]
            what = "/".join(action.option_strings) or action.dest
            remedy = meant(str(value), choices) or f"; choose from {', '.join(choices)}"
            self.error(f"no {what} {str(value)!r}{remedy}")

    def error(self, message: str) -> NoReturn:
        examples = EXAMPLES.get(self.prog.rpartition(" ")[2], ())
        shown = f"for example: {examples[0]}; all: " if examples else "see "
        command = f"{self.prog.partition(' ')[2]}: ".removeprefix(": ")
        raise ConfigError(f"{command}{message} ({shown}{self.prog} --help)")


class _Commands(_Parser):
    """The parser of all commands: its help lists them in groups."""

    def format_help(self) -> str:
        """Return the commands by group, and how to begin."""
        told = {
            choice.dest: choice.help
            for action in self._actions
            if isinstance(action, argparse._SubParsersAction)
            for choice in action._choices_actions
        }
        lines = ["usage: patentcore COMMAND ...", "", str(self.description)]
        for title, names in GROUPS.items():
            lines += ["", f"{title}:"]
            lines += [f"  {name:<13} {told[name]}" for name in names if name in told]
        first = [EXAMPLES[name][0] for name in ("run", "show", "report")]
        lines += ["", "examples:", *(f"  {example}" for example in first)]
        lines += ["", "patentcore COMMAND --help has its options and more examples."]
        return "\n".join(lines) + "\n"


def parser_of(calls: Mapping[str, Callable[..., Any]]) -> argparse.ArgumentParser:
    """Return the parser of the commands; ``call`` of what it parses is the command's.

    Args:
        calls: what each command does, by its name.
    """
    parser = _Commands(prog="patentcore", description=(patentcore.__doc__ or "").partition("\n")[0])
    parser.add_argument("--version", action="version", version=patentcore.__version__)
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", parser_class=_Parser
    )

    command = _command(commands, "corpus", calls["corpus"], "make the calibrated synthetic corpus")
    command.add_argument("--output", required=True, metavar="DIR")
    command.add_argument("--scale", type=float, default=1.0, help="1.0 is the paper's size")
    command.add_argument("--seed", type=int, default=2023)
    command.add_argument("--layout", choices=("canonical", "patsnap"), default="canonical")
    what = "strong side of planted technologies: that of Table 6, or the other one throughout"
    command.add_argument("--truth", choices=("table-6", "contrary"), default="table-6", help=what)
    what = "whose sides nothing tells: nobody's, some at random, mostly the weak or strong side's"
    sides = ("none", "random", "weak", "strong", "mixed")
    command.add_argument("--hidden", choices=sides, default="none", help=what)
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
    what = (
        "go on after the stages that an interrupted run of the same finished, and keep this one's"
    )
    command.add_argument("--resume", action="store_true", help=what)
    _language_option(command)
    what = "canonical tables, or exports, which are ingested first"
    _run_options(command, is_output_named=True, nargs="+", help=what)
    for name, what in STAGES.items():
        _run_options(_command(commands, name, calls[name], f"one stage alone: {what}"))

    command = _command(commands, "show", calls["show"], "print an output table")
    command.add_argument("folder", metavar="DIR")
    command.add_argument("table", nargs="?", default="scores", help="a table's name, or run")
    command.add_argument("--top", "--limit", type=int, default=20, help="rows to print")
    what = "the columns to print, in this order; default: as many as fit"
    command.add_argument("--columns", type=_names, default=[], metavar="NAME,NAME...", help=what)
    what = "rows to keep: = != < <= > >= and ~ for 'contains'; several are all to hold"
    command.add_argument("--where", metavar="COLUMN=VALUE", help=what, **_REPEATED)
    what = "columns to sort by, each with :desc where the highest is to come first"
    command.add_argument("--sort", type=_names, default=[], metavar="NAME[:desc],...", help=what)
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

    _export_options(
        _command(commands, "export", calls["export"], "write a result for other programs")
    )
    command = _command(
        commands, "explain", calls["explain"], "say how one patent came out, and why"
    )
    command.add_argument("number", metavar="NUMBER", help="a publication number, in any spelling")
    command.add_argument("folder", metavar="DIR")
    _language_option(command, "language of the explanation")
    _spark_options(command)

    command = _command(
        commands, "config", calls["config"], "list the shipped configurations, or print one"
    )
    command.add_argument("name", nargs="?", metavar="NAME")

    command = _command(commands, "doctor", calls["doctor"], "check versions, jars and cluster")
    command.add_argument("--master", help="Spark master or Spark Connect server to try")
    _engine_option(command)

    for command in commands.choices.values():
        _message_options(command)
    command = _command(
        commands, "completion", calls["completion"], "print what lets a shell complete commands"
    )
    command.add_argument("shell", choices=SHELLS, metavar="|".join(SHELLS))
    return parser


def _command(commands: Any, name: str, call: Callable[..., Any], what: str) -> _Parser:
    examples = "\n".join(f"  {example}" for example in EXAMPLES.get(name, ()))
    command: _Parser = commands.add_parser(
        name,
        help=what,
        description=what,
        epilog=f"examples:\n{examples}" if examples else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(call=call)
    return command


def _message_options(command: _Parser) -> None:
    messages = command.add_argument_group("messages")
    what = "say nothing but warnings and errors"
    messages.add_argument("-q", "--quiet", action="store_true", help=what)
    what = "print one JSON document of what was done, where, and the counts"
    messages.add_argument("--json", action="store_true", help=what)
    what = "also add the messages to a file, one JSON document a line, with each stage's figures"
    messages.add_argument("--log-json", metavar="FILE", help=what)


def _names(text: str) -> tuple[str, ...]:
    """Return names that commas part.

    >>> _names("rank, core_degree,")
    ('rank', 'core_degree')
    """
    return tuple(name for part in text.split(",") if (name := part.strip()))


def _run_options(command: _Parser, is_output_named: bool = False, **of_input: Any) -> None:
    places = command.add_argument_group("input and output")
    of_input = {"metavar": "DIR", "help": "canonical tables", **of_input}
    places.add_argument("--input", required=True, **of_input)
    what = "folder to write" + "; default: NAME-result here, after the input" * is_output_named
    places.add_argument("--output", required=not is_output_named, metavar="DIR", help=what)
    method = command.add_argument_group("method")
    what = "TOML file or shipped one; default: the paper's, or of an export the one that fits"
    method.add_argument("--config", metavar="FILE|NAME", help=what)
    what = "override a configuration key, e.g. screening.min_claims_exclusive=5"
    method.add_argument("--set", metavar="KEY=VALUE", help=what, **_REPEATED)
    what = "also by periods of so many years; windows.length"
    method.add_argument("--window", type=int, metavar="YEARS", help=what)
    what = "years from one window to the next; windows.step"
    method.add_argument("--step", type=int, metavar="YEARS", help=what)
    _spark_options(command)


def _export_options(command: _Parser) -> None:
    command.add_argument("folder", metavar="DIR")
    formats = ("xlsx", "csv", "graphml", "gexf", "vosviewer", "pajek", "bibtex")
    command.add_argument("--to", required=True, choices=formats, help="the format")
    what = "file, or folder of files; default: the result's name in the working folder"
    command.add_argument("--output", metavar="PATH", help=what)
    what = "tables of a workbook or of CSV files; default: all"
    command.add_argument("--tables", nargs="+", default=(), metavar="TABLE", help=what)
    what = "what a network is of: the key patents and their neighbours, or their codes"
    command.add_argument("--network", choices=("citation", "codes"), help=what)
    command.add_argument("--overwrite", action="store_true", help="replace an earlier export")
    _spark_options(command)


def _language_option(
    command: _Parser, what: str = "language that the report shows first; the page switches"
) -> None:
    command.add_argument("--lang", choices=("en", "zh"), default="en", help=what)


def _engine_option(command: Any) -> None:
    command.add_argument(
        "--engine",
        choices=ENGINES,
        help=f"what computes; default {DEFAULT}, or what {VARIABLE} or the master says",
    )


def _spark_options(command: _Parser) -> None:
    engine = command.add_argument_group("engine")
    _engine_option(engine)
    what = "Spark master URL, or sc://HOST:PORT; default all local cores"
    engine.add_argument("--master", help=what)
    what = "a Spark setting; a value env:NAME is that of a variable, for secrets"
    engine.add_argument("--conf", metavar="KEY=VALUE", help=what, **_REPEATED)
