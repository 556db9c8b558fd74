"""The ``patentcore`` command; each of ``jobs/`` runs one of its commands through spark-submit."""

from __future__ import annotations

import argparse
import csv
import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

import patentcore
from patentcore.engine.garbage import collect_rarely
from patentcore.engine.log import Log, log_to, users_choice
from patentcore.engine.session import DEFAULT, ENGINES, VARIABLE
from patentcore.errors import ConfigError, EnvironmentProblem, InputError, PatentCoreError
from patentcore.progress import log_to_terminal

if TYPE_CHECKING:
    from patentcore.config import Config

log = logging.getLogger("patentcore")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ConfigError(f"{self.prog}: {message} (see {self.prog} --help)")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code (see README).

    Messages go to stderr. What the engine says, and the traceback of an unexpected error, go to a
    log file that is named where it explains something and removed where it does not. The
    environment variable PATENTCORE_SPARK_LOG names another place, which is kept.
    """
    if argv is None:  # the process is the command's
        collect_rarely()
    log_to_terminal()
    details = Log(users_choice())
    log_to(details)
    is_explained = True
    try:
        with _ended_tidily():
            arguments = _parser().parse_args(argv)
            code = int(arguments.call(arguments) or 0)
    except PatentCoreError as error:
        log.error("patentcore: %s", error)
        code = error.exit_code
        is_explained = code != 1
    except KeyboardInterrupt:
        log.error("patentcore: interrupted")
        code = 130
    except _Ended:
        log.error("patentcore: ended by a request to terminate")
        code = 143
    except BrokenPipeError:
        code = 0
    except Exception as error:
        code, sentence = _explained(error)
        log.error("patentcore: %s", sentence)
        is_explained = not _keep_traceback(error, details)
    if is_explained:
        details.discard()
    return code


class _Ended(BaseException):
    """The process was asked to terminate."""


@contextmanager
def _ended_tidily() -> Iterator[None]:
    """Let a request to terminate end the body as an exception, so that it tidies up."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are handled in the main thread only
        return

    def end(number: int, _: FrameType | None) -> NoReturn:
        raise _Ended

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL if before is None else before)


def submitted(command: str) -> NoReturn:
    """Run a command with the arguments that spark-submit gave its job, and end with its code."""
    sys.exit(main([command, *sys.argv[1:]]))


def _explained(error: Exception) -> tuple[int, str]:
    """Return the exit code and the sentence of an error that nobody foresaw."""
    try:
        from patentcore.engine.failures import REMEDIES, Kind, failure_of
    except ImportError:  # there is no PySpark
        return 1, f"{type(error).__name__}: {error}"
    kind, line = failure_of(error)
    if kind is Kind.UNREADABLE:
        return InputError.exit_code, f"the input cannot be read: {line}"
    what = type(error).__name__ if kind is Kind.OTHER else kind.value
    remedy = f"; {REMEDIES[kind]}" if kind in REMEDIES else ""
    return 1, f"{what}: {line}{remedy}"


def _keep_traceback(error: Exception, details: Log) -> bool:
    try:
        with details.path().open("a", encoding="utf-8") as file:
            traceback.print_exception(error, file=file)
    except EnvironmentProblem as problem:
        log.error("patentcore: %s", problem)
        return False
    log.error("details in %s", details.path())
    return True


# --- commands -----------------------------------------------------------------------------------


def _corpus(arguments: argparse.Namespace) -> None:
    from patentcore.synthetic import generate

    summary = generate(
        _session(arguments),
        arguments.output,
        scale=arguments.scale,
        seed=arguments.seed,
        layout=arguments.layout,
    )
    print(summary)


def _ingest(arguments: argparse.Namespace) -> None:
    from patentcore.sources import ingest

    preferred = dict(_preference(text) for text in arguments.prefer)
    header = next(csv.reader([arguments.header])) if arguments.header else ()
    session = _session(arguments)
    print(ingest(session, arguments.source, arguments.input, arguments.output, preferred, header))


def _preference(text: str) -> tuple[str, list[str]]:
    field, equals, sources = text.partition("=")
    if not equals or not sources:
        raise ConfigError(f"--prefer wants FIELD=SOURCE[,SOURCE], not {text!r}")
    return field, sources.split(",")


def _run(arguments: argparse.Namespace) -> None:
    config = _configuration(arguments)
    from patentcore.stages.pipeline import run_all

    spark = _session(arguments, config)
    run_all(spark, config, source=arguments.input, output=arguments.output)
    log.info("result in %s", arguments.output)
    if not arguments.no_report:
        from patentcore.results.after_run import report_run

        report_run(arguments.output, arguments.lang)


def _stage(name: str) -> Callable[[argparse.Namespace], None]:
    def call(arguments: argparse.Namespace) -> None:
        config = _configuration(arguments)
        from patentcore.stages.pipeline import run_stage

        run_stage(
            _session(arguments, config),
            config,
            stage=name,
            source=arguments.input,
            output=arguments.output,
        )

    return call


def _configuration(arguments: argparse.Namespace) -> Config:
    """Return the configuration with what ``--set`` and the options that stand for a key say."""
    from patentcore import config as configuration

    named = {"windows.length": arguments.window, "windows.step": arguments.step}
    overrides = [f"{key}={value}" for key, value in named.items() if value is not None]
    config = configuration.load(arguments.config, arguments.set + overrides)
    if arguments.step is not None and not config.windows.length:
        raise ConfigError("--step is of windows, which --window asks for")
    return config


def _show(arguments: argparse.Namespace) -> None:
    from patentcore.results.show import show

    _session_to_read(arguments)
    print(show(arguments.folder, arguments.table, top=arguments.top, run_id=arguments.run_id))


def _compare(arguments: argparse.Namespace) -> None:
    from patentcore.results.compare import compare

    _session_to_read(arguments)
    print(compare(arguments.folder))


def _report(arguments: argparse.Namespace) -> None:
    from patentcore.results.report import write_report

    _session_to_read(arguments)
    print(write_report(arguments.folder, arguments.lang))


def _config(arguments: argparse.Namespace) -> None:
    from patentcore import shipped

    shipped.show(arguments.name)


def _doctor(arguments: argparse.Namespace) -> int:
    from patentcore.engine import doctor

    return doctor.main(arguments.master, arguments.engine)


def _session(arguments: argparse.Namespace, config: Config | None = None) -> Any:
    """Return the session with what the places of input and output, and the formats, ask for."""
    from patentcore.engine import get_spark
    from patentcore.lake.formats import extras_for

    places = getattr(arguments, "input", [])  # patentcore corpus reads nothing
    inputs = [places] if isinstance(places, str) else list(places)
    _refuse_names("--input", inputs)
    _refuse_names("--output", [arguments.output])
    uris = [*inputs, arguments.output]
    return get_spark(
        "patentcore " + arguments.command,
        master=arguments.master,
        conf=dict(_pair(text) for text in arguments.conf),
        extras=extras_for(uris, [] if config is None else [config.output.format]),
        engine=arguments.engine,
        configured=None if config is None else config.engine,
        places=uris,
    )


def _session_to_read(arguments: argparse.Namespace) -> None:
    """Start the session that a result is read in, where it is given settings."""
    _refuse_names("DIR", [arguments.folder])
    if arguments.engine:
        os.environ[VARIABLE] = arguments.engine  # of a session that not every result needs
    if arguments.conf or arguments.master:
        from patentcore.engine import get_spark
        from patentcore.lake.formats import extras_for

        get_spark(
            "patentcore " + arguments.command,
            master=arguments.master,
            conf=dict(_pair(text) for text in arguments.conf),
            extras=extras_for([arguments.folder]),
            engine=arguments.engine,
            places=[arguments.folder],
        )


def _refuse_names(option: str, uris: Sequence[str]) -> None:
    """Refuse empty names, and secrets in a URI, which would end up in logs and manifests."""
    from patentcore.lake.uris import has_credentials

    for uri in uris:
        if not uri.strip():
            raise ConfigError(f"{option} is empty; name a folder")
        if has_credentials(uri):
            raise ConfigError(
                f"the {uri.partition(':')[0]}: URI holds credentials; leave them to the standard "
                "providers (environment, profile or role) and name the place alone"
            )


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise ConfigError(f"--conf wants KEY=VALUE, not {text!r}")
    return key, value


# --- arguments ----------------------------------------------------------------------------------

_REPEATED: dict[str, Any] = {"action": "append", "default": []}


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="patentcore", description=patentcore.__doc__)
    parser.add_argument("--version", action="version", version=patentcore.__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    command = _command(commands, "corpus", _corpus, "make the calibrated synthetic corpus")
    command.add_argument("--output", required=True, metavar="DIR")
    command.add_argument("--scale", type=float, default=1.0, help="1.0 is the paper's size")
    command.add_argument("--seed", type=int, default=2023)
    command.add_argument("--layout", choices=("canonical", "patsnap"), default="canonical")
    _spark_options(command)

    command = _command(commands, "ingest", _ingest, "bring an export into the canonical tables")
    command.add_argument("--source", required=True, help="name of the format, or auto")
    command.add_argument("--input", required=True, nargs="+", metavar="PATH")
    command.add_argument("--output", required=True, metavar="DIR")
    what = "where inputs of several formats are merged, ask these first for a field"
    command.add_argument("--prefer", metavar="FIELD=SOURCE[,SOURCE]", help=what, **_REPEATED)
    what = "names of the columns of files without a header row, in the source's words"
    command.add_argument("--header", metavar="NAME,NAME...", help=what)
    _spark_options(command)

    command = _command(commands, "run", _run, "run the whole method")
    command.add_argument("--no-report", action="store_true", help="leave the HTML report out")
    _language_option(command)
    _run_options(command)
    for name, what in (
        ("screen", "screen the patents"),
        ("network", "build the network of the key patents"),
        ("centrality", "measure the network"),
        ("score", "score and rank the key patents"),
        ("technologies", "assign patents to technologies and judge these"),
    ):
        _run_options(_command(commands, name, _stage(name), f"one stage alone: {what}"))

    command = _command(commands, "show", _show, "print an output table")
    command.add_argument("folder", metavar="DIR")
    command.add_argument("table", nargs="?", default="scores", help="a table's name, or run")
    command.add_argument("--top", type=int, default=20, help="rows to print")
    command.add_argument("--run", dest="run_id", metavar="ID", help="one of several appended runs")
    _spark_options(command)

    for name, call, what in (
        ("compare", _compare, "print published tables beside this run's"),
        ("report", _report, "write the HTML report of a finished run"),
    ):
        command = _command(commands, name, call, what)
        command.add_argument("folder", metavar="DIR")
        if name == "report":
            _language_option(command)
        _spark_options(command)

    command = _command(commands, "config", _config, "list the shipped configurations, or print one")
    command.add_argument("name", nargs="?", metavar="NAME")

    command = _command(commands, "doctor", _doctor, "check versions, jars and cluster")
    command.add_argument("--master", help="Spark master or Spark Connect server to try")
    _engine_option(command)
    return parser


def _command(commands: Any, name: str, call: Callable[..., Any], what: str) -> _Parser:
    command: _Parser = commands.add_parser(name, help=what, description=what)
    command.set_defaults(call=call)
    return command


def _run_options(command: _Parser) -> None:
    command.add_argument("--config", metavar="FILE|NAME", help="TOML file; default: the paper's")
    command.add_argument("--input", required=True, metavar="DIR", help="canonical tables")
    command.add_argument("--output", required=True, metavar="DIR")
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


if __name__ == "__main__":
    sys.exit(main())
