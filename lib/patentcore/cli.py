"""The ``patentcore`` command; each of ``jobs/`` runs one of its commands through spark-submit."""

from __future__ import annotations

import argparse
import csv
import logging
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from patentcore.arguments import STAGES, parser_of
from patentcore.engine.ending import Ended, ended_tidily
from patentcore.engine.garbage import collect_rarely
from patentcore.engine.log import Log, log_to, users_choice
from patentcore.engine.session import VARIABLE
from patentcore.errors import ConfigError, EnvironmentProblem, InputError, PatentCoreError
from patentcore.progress import log_to_terminal

if TYPE_CHECKING:
    from patentcore.config import Config

log = logging.getLogger("patentcore")


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
        with ended_tidily():
            arguments = parser_of(_calls()).parse_args(argv)
            code = int(arguments.call(arguments) or 0)
    except PatentCoreError as error:
        log.error("patentcore: %s", error)
        code = error.exit_code
        is_explained = code != 1
    except KeyboardInterrupt:
        log.error("patentcore: interrupted")
        code = 130
    except Ended:
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
    summary = ingest(
        _session(arguments),
        arguments.source,
        arguments.input,
        arguments.output,
        preferred,
        header,
        keeps_ends=arguments.citations == "as-given",
    )
    print(summary)


def _preference(text: str) -> tuple[str, list[str]]:
    field, equals, sources = text.partition("=")
    if not equals or not sources:
        raise ConfigError(f"--prefer wants FIELD=SOURCE[,SOURCE], not {text!r}")
    return field, sources.split(",")


def _run(arguments: argparse.Namespace) -> None:
    config = _configuration(arguments)
    if arguments.output is None:
        arguments.output = _named_after(arguments.input[0])
        log.info("the result goes to %s", arguments.output)
    from patentcore.stages.input import is_canonical
    from patentcore.stages.pipeline import run_all, run_export

    spark = _session(arguments, config)
    inputs, output = arguments.input, arguments.output
    if is_canonical(spark, inputs):
        run_all(spark, config, source=inputs[0], output=output)
    else:
        from patentcore.sources import Request, ingest_into

        request = Request(inputs)
        run_export(
            spark,
            config,
            inputs=inputs,
            output=output,
            ingest=lambda tables: ingest_into(spark, request, tables),
            overrides=None if arguments.config else _overrides(arguments),
        )
    log.info("result in %s", output)
    if not arguments.no_report:
        from patentcore.results.after_run import report_run

        report_run(output, arguments.lang)


def _named_after(path: str) -> str:
    """Return where the result of an input goes that nobody said, in the folder of work.

    >>> _named_after("/exports/pumps 2024.csv.gz"), _named_after("s3a://bucket/corpus/")
    ('pumps 2024-result', 'corpus-result')

    Raises:
        ConfigError: the input has no name of its own, such as a pattern of several.
    """
    name = path.replace("\\", "/").rstrip("/").rpartition("/")[2]
    base = re.sub(r"(?i)(\.(?:gz|bz2|csv|tsv|txt|jsonl?|ndjson|xml|xls[xm]?|parquet))+\Z", "", name)
    if not base.strip(".") or set("*?[{:") & set(base):
        raise ConfigError(f"no folder can be named after {path}: say where with --output")
    return f"{base}-result"


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

    config = configuration.load(arguments.config, _overrides(arguments))
    if arguments.step is not None and not config.windows.length:
        raise ConfigError("--step is of windows, which --window asks for")
    return config


def _overrides(arguments: argparse.Namespace) -> list[str]:
    named = {"windows.length": arguments.window, "windows.step": arguments.step}
    more = [f"{key}={value}" for key, value in named.items() if value is not None]
    return [*arguments.set, *more]


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


def _calls() -> dict[str, Callable[[argparse.Namespace], Any]]:
    return {
        "corpus": _corpus,
        "ingest": _ingest,
        "run": _run,
        **{name: _stage(name) for name in STAGES},
        "show": _show,
        "compare": _compare,
        "report": _report,
        "config": _config,
        "doctor": _doctor,
    }


if __name__ == "__main__":
    sys.exit(main())
