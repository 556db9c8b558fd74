"""The ``patentcore`` command; each of ``jobs/`` runs one of its commands through spark-submit."""

from __future__ import annotations

import argparse
import csv
import dataclasses
import logging
import os
import shutil
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from patentcore.arguments import STAGES, parser_of
from patentcore.engine.ending import Ended, ended_tidily, leave_soon
from patentcore.engine.garbage import collect_rarely
from patentcore.engine.idle import outlast_stops
from patentcore.engine.log import Log, current_log, log_to, users_choice
from patentcore.engine.session import VARIABLE
from patentcore.engine.submitted import apart_from_stdout
from patentcore.errors import ConfigError, EnvironmentProblem, InputError, PatentCoreError
from patentcore.progress import log_as_json, log_to_terminal
from patentcore.redaction import is_secret, redacted
from patentcore.words.safety import visible

if TYPE_CHECKING:
    from patentcore.config import Config

log = logging.getLogger("patentcore")

FROM_ENVIRONMENT = "env:"
"""Begins the value of a setting that is a variable's of the environment."""


class Outcome(NamedTuple):
    """What a command did.

    Attributes:
        told: what ``--json`` prints.
        text: what is printed otherwise; nothing where it is ``None``.
        code: exit code.
    """

    told: dict[str, Any]
    text: str | None = None
    code: int = 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code (see README).

    Messages go to stderr, what was asked for to stdout: as text or, with ``--json``, as one
    document, also of a failure. What the engine says, and the traceback of an unexpected error, go
    to a log file that is named where it explains something and removed where it does not. The
    environment variable PATENTCORE_SPARK_LOG names another place, which is kept.
    """
    if argv is None:  # the process is the command's
        collect_rarely()
        outlast_stops()
    words = sys.argv[1:] if argv is None else list(argv)
    log_to_terminal()
    details = Log(users_choice())
    log_to(details)
    is_explained, sentence = True, ""
    unforeseen: Exception | None = None
    try:
        with ended_tidily():
            code = _printed(parser_of(_calls()).parse_args(words))
    except PatentCoreError as error:
        code, sentence = error.exit_code, str(error)
        is_explained = code != 1
    except KeyboardInterrupt:
        code, sentence = 130, "interrupted"
    except Ended:
        code, sentence = 143, "ended by a request to terminate"
    except BrokenPipeError:
        code = 0
    except Exception as error:
        code, sentence = _explained(error)
        unforeseen = error
    if sentence:
        _tell_failure(sentence, code, words)
    if unforeseen is not None:
        is_explained = not _keep_traceback(unforeseen, details)
    if is_explained:
        details.discard()
    if argv is None and code in (130, 143):
        leave_soon(code)
    return code


def _printed(arguments: argparse.Namespace) -> int:
    """Do what a command asks for and print what came of it; return the exit code."""
    is_json = getattr(arguments, "json", False)
    if getattr(arguments, "quiet", False):
        log_to_terminal(logging.WARNING)
    if getattr(arguments, "log_json", None):
        log_as_json(arguments.log_json)
    outcome: Outcome = arguments.call(arguments)
    if is_json:
        _print_json({"command": arguments.command, **outcome.told})
    elif outcome.text is not None:
        print(visible(outcome.text, keep="\n"))
    return outcome.code


def _tell_failure(sentence: str, code: int, words: Sequence[str]) -> None:
    log.error("patentcore: %s", sentence)
    if "--json" in words:
        _print_json({"command": words[0], "error": sentence, "exit_code": code})


def _print_json(told: dict[str, Any]) -> None:
    from patentcore.results.text_table import json_text

    print(json_text(told))


def submitted(command: str) -> NoReturn:
    """Run a command with the arguments that spark-submit gave its job, and end with its code."""
    apart_from_stdout()
    sys.exit(main([command, *sys.argv[1:]]))


def _explained(error: Exception) -> tuple[int, str]:
    """Return the exit code and the sentence of an error that nobody foresaw."""
    try:
        from patentcore.engine.failures import REMEDIES, Kind, failure_of
    except ImportError:  # there is no PySpark
        return 1, f"{type(error).__name__}: {error}"
    kind, line = failure_of(error, _java_log())
    if kind is Kind.UNREADABLE:
        return InputError.exit_code, f"the input cannot be read: {line}"
    what = type(error).__name__ if kind is Kind.OTHER else kind.value
    remedy = f"; {REMEDIES[kind]}" if kind in REMEDIES else ""
    return 1, f"{what}: {line}{remedy}"


def _java_log() -> Path | None:
    try:
        return current_log()
    except EnvironmentProblem:  # who keeps the traceback tells of it
        return None


def _keep_traceback(error: Exception, details: Log) -> bool:
    trace = redacted("".join(traceback.format_exception(error)))
    try:
        with details.path().open("a", encoding="utf-8") as file:
            file.write(trace)
    except EnvironmentProblem as problem:
        log.error("patentcore: %s", problem)
        return False
    log.error("details in %s", details.path())
    return True


# --- commands -----------------------------------------------------------------------------------


def _corpus(arguments: argparse.Namespace) -> Outcome:
    from patentcore import api

    summary = api.corpus(
        arguments.output,
        scale=arguments.scale,
        seed=arguments.seed,
        layout=arguments.layout,
        truth=arguments.truth,
        hidden=arguments.hidden,
        **_engine(arguments),
    )
    return Outcome(dataclasses.asdict(summary), str(summary))


def _ingest(arguments: argparse.Namespace) -> Outcome:
    from patentcore import api

    summary = api.ingest(
        arguments.input,
        arguments.output,
        source=arguments.source,
        preferred=dict(_preference(text) for text in arguments.prefer),
        header=next(csv.reader([arguments.header])) if arguments.header else (),
        keeps_ends=arguments.citations == "as-given",
        **_engine(arguments),
    )
    return Outcome({"output": arguments.output, **summary.as_dict()}, str(summary))


def _preference(text: str) -> tuple[str, list[str]]:
    field, equals, sources = text.partition("=")
    if not equals or not sources:
        raise ConfigError(f"--prefer wants FIELD=SOURCE[,SOURCE], not {text!r}")
    return field, sources.split(",")


def _run(arguments: argparse.Namespace) -> Outcome:
    _check_windows(arguments)
    from patentcore import api

    result = api.run(
        arguments.input,
        arguments.output,
        config=arguments.config,
        settings=_overrides(arguments),
        report=not arguments.no_report,
        language=arguments.lang,
        resume=arguments.resume,
        **_engine(arguments),
    )
    return Outcome(result.summary())


def _stage(name: str) -> Callable[[argparse.Namespace], Outcome]:
    def call(arguments: argparse.Namespace) -> Outcome:
        config = _check_windows(arguments)
        from patentcore import api
        from patentcore.stages.pipeline import run_stage

        spark = api.session(
            name,
            [arguments.input],
            arguments.output,
            config=config,
            **_engine(arguments),
        )
        run_stage(spark, config, stage=name, source=arguments.input, output=arguments.output)
        return Outcome({"output": arguments.output})

    return call


def _check_windows(arguments: argparse.Namespace) -> Config:
    """Return the configuration with what ``--set`` and the options that stand for a key say."""
    from patentcore import config as configuration

    config = configuration.load(arguments.config, _overrides(arguments))
    if arguments.step is not None and not config.windows.length:
        raise ConfigError("--step is of windows, which --window asks for")
    return config


def _overrides(arguments: argparse.Namespace) -> list[str]:
    named = {"windows.length": arguments.window, "windows.step": arguments.step}
    more = [f"{key}={value}" for key, value in named.items() if value is not None]
    return [*arguments.set, *more]


def _show(arguments: argparse.Namespace) -> Outcome:
    from patentcore.results.show import Wish, manifest_text, shown

    _session_to_read(arguments)
    if arguments.table == "run":
        manifest, text = manifest_text(arguments.folder, arguments.run_id)
        return Outcome(manifest, text)
    wish = Wish(arguments.columns, tuple(arguments.where), arguments.sort, arguments.top)
    rows = shown(arguments.folder, arguments.table, wish, run_id=arguments.run_id)
    return Outcome(rows.as_dict()) if arguments.json else Outcome({}, rows.text(_width()))


def _width() -> int | None:
    """Return the width of the terminal that is printed to, if it is one."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _compare(arguments: argparse.Namespace) -> Outcome:
    from patentcore.results.compare import compare, compared

    _session_to_read(arguments)
    if arguments.json:
        return Outcome({"folder": arguments.folder, **compared(arguments.folder)})
    return Outcome({}, compare(arguments.folder))


def _report(arguments: argparse.Namespace) -> Outcome:
    from patentcore.results.report import write_report

    _session_to_read(arguments)
    page = write_report(arguments.folder, arguments.lang)
    return Outcome({"folder": arguments.folder, "report": page}, page)


def _export(arguments: argparse.Namespace) -> Outcome:
    from patentcore.results.export import Request, export

    _session_to_read(arguments)
    asked = {name: getattr(arguments, name) for name in ("to", "output", "tables", "network")}
    written = str(export(arguments.folder, Request(**asked, overwrite=arguments.overwrite)))
    return Outcome({"folder": arguments.folder, "export": written}, written)


def _explain(arguments: argparse.Namespace) -> Outcome:
    from patentcore.results.explain import as_dict, as_text, explain

    _session_to_read(arguments)
    found = explain(arguments.folder, arguments.number)
    return Outcome(as_dict(found), as_text(found, arguments.lang))


def _config(arguments: argparse.Namespace) -> Outcome:
    from patentcore import shipped

    if arguments.json:
        return Outcome(shipped.described(arguments.name))
    shipped.show(arguments.name)
    return Outcome({})


def _doctor(arguments: argparse.Namespace) -> Outcome:
    from patentcore.engine import doctor

    found = doctor.examine(arguments.master, arguments.engine)
    return Outcome(found.as_dict(), str(found), 0 if found.is_well else 1)


def _completion(arguments: argparse.Namespace) -> Outcome:
    from patentcore.completion import script

    return Outcome({}, script(parser_of(_calls()), arguments.shell))


def _engine(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return what the options say of the engine."""
    conf = dict(_pair(text) for text in arguments.conf)
    return {"engine": arguments.engine, "master": arguments.master, "conf": conf}


def _session_to_read(arguments: argparse.Namespace) -> None:
    """Start the session that a result is read in, where it is given settings."""
    from patentcore.lake.uris import refuse_names

    refuse_names("DIR", [arguments.folder])
    if arguments.engine:
        os.environ[VARIABLE] = arguments.engine  # of a session that not every result needs
    if arguments.conf or arguments.master:
        from patentcore.engine import get_spark
        from patentcore.lake.formats import extras_for

        get_spark(
            "patentcore " + arguments.command,
            extras=extras_for([arguments.folder]),
            places=[arguments.folder],
            **_engine(arguments),
        )


def _pair(text: str) -> tuple[str, str]:
    """Return a setting's key and value; ``env:NAME`` stands for what the environment holds."""
    key, equals, value = text.partition("=")
    if not equals:
        raise ConfigError(f"--conf wants KEY=VALUE, not {text!r}")
    if value.startswith(FROM_ENVIRONMENT):
        name = value.removeprefix(FROM_ENVIRONMENT)
        if name not in os.environ:
            raise ConfigError(f"--conf {key}: the environment has no variable {name}")
        return key, os.environ[name]
    if is_secret(key):
        log.warning(
            "%s stands in the list of processes, where every user reads it; put it into a variable "
            "and give --conf %s=%sNAME",
            *(key, key, FROM_ENVIRONMENT),
        )
    return key, value


def _calls() -> dict[str, Callable[[argparse.Namespace], Any]]:
    return {
        "corpus": _corpus,
        "ingest": _ingest,
        "run": _run,
        **{name: _stage(name) for name in STAGES},
        "show": _show,
        "compare": _compare,
        "report": _report,
        "export": _export,
        "explain": _explain,
        "config": _config,
        "doctor": _doctor,
        "completion": _completion,
    }


if __name__ == "__main__":
    sys.exit(main())
