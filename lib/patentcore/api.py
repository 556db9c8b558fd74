"""PatentCore from Python: ``import patentcore`` and what it offers.

>>> import patentcore
>>> result = patentcore.run("exports/drones.csv")  # doctest: +SKIP
>>> result.scores.limit(10).toPandas()  # doctest: +SKIP
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

from pyspark.sql import SparkSession

from patentcore import config as configuration
from patentcore import progress
from patentcore.config import Config
from patentcore.engine import get_spark
from patentcore.errors import ConfigError
from patentcore.lake.formats import extras_for
from patentcore.lake.uris import local_path, refuse_names
from patentcore.results.result import Result
from patentcore.sources import IngestSummary, Request, ingest_into
from patentcore.sources import ingest as ingest_exports
from patentcore.stages.input import is_canonical
from patentcore.stages.lineage import told_lineage
from patentcore.stages.pipeline import check_files, run_all, run_export, tables_of
from patentcore.synthetic import CorpusSummary, Layout, generate
from patentcore.synthetic.signals import Hidden, Truth

Place = str | os.PathLike[str]
Places = Place | Sequence[Place]
Settings = Mapping[str, Any] | Iterable[str]
"""Keys of the configuration with their values, or what ``--set`` takes."""

log = logging.getLogger("patentcore")

_CANONICAL = ("patents", "citations")


def run(
    input: Places,
    output: Place | None = None,
    *,
    config: Place | Config | None = None,
    settings: Settings = (),
    report: bool = True,
    language: str = "en",
    engine: str | None = None,
    master: str | None = None,
    conf: Mapping[str, str] | None = None,
    quiet: bool = False,
    resume: bool = False,
) -> Result:
    """Run the whole method on canonical tables, or straight on exports, and return the result.

    Args:
        input: folder of canonical tables, or files and folders of exports.
        output: folder to write; by default named after the input, in the working folder.
        config: file, name of a shipped configuration, or what :func:`patentcore.config.load`
            returns; by default the paper's, or of an export the one that fits.
        settings: what to change in it, such as ``{"scoring.reference_year": 2017}``.
        report: also write the HTML report.
        language: that it shows first, ``en`` or ``zh``.
        engine: ``embedded``, ``spark`` or ``connect``; ``None`` as the command chooses.
        master: URL of a Spark master, or ``sc://HOST:PORT`` of a Spark Connect server.
        conf: further Spark settings.
        quiet: say nothing of the progress.
        resume: go on after the stages that an interrupted run of the same configuration, input and
            code finished; where this run fails, keep those that it has finished.

    Raises:
        ConfigError: the configuration is wrong, or settings are given beside a ``Config``.
        InputError: the input cannot be used, or no key patent is left.
        OutputError: something stands at the output.
    """
    inputs = _texts(input)
    target = named_after(inputs) if output is None else str(output)
    overrides = overrides_of(settings)
    chosen = _configured(config, overrides)
    with _told(quiet):
        if output is None:
            log.info("the result goes to %s", target)
        spark = session(
            "run",
            inputs,
            target,
            config=chosen,
            engine=engine,
            master=master,
            conf=conf,
        )
        is_export = not is_canonical(spark, inputs)
        read = inputs if is_export else [f"{inputs[0]}/{name}" for name in _CANONICAL]
        with told_lineage("patentcore.run", read, target, tables_of(chosen)):
            if is_export:
                request = Request(inputs)
                run_export(
                    spark,
                    chosen,
                    inputs=inputs,
                    output=target,
                    ingest=lambda tables: ingest_into(spark, request, tables),
                    overrides=overrides if config is None else None,
                    resumes=resume,
                )
            else:
                run_all(spark, chosen, source=inputs[0], output=target, resumes=resume)
        log.info("result in %s", target)
        page = None
        if report:
            from patentcore.results.after_run import report_run

            page = report_run(target, language)
    return Result(target, report_at=page)


def open(folder: Place, *, run_id: str | None = None) -> Result:
    """Return a finished run, of which nothing but the manifest is read yet.

    Args:
        folder: path or URI of a run's output.
        run_id: which of several appended runs; the last one if ``None``.

    Raises:
        InputError: the folder is not a finished run.
    """
    refuse_names("folder", [str(folder)])
    return Result(str(folder), run_id)


def ingest(
    input: Places,
    output: Place,
    *,
    source: str = "auto",
    preferred: Mapping[str, Sequence[str]] | None = None,
    header: Sequence[str] = (),
    keeps_ends: bool = False,
    engine: str | None = None,
    master: str | None = None,
    conf: Mapping[str, str] | None = None,
    quiet: bool = False,
) -> IngestSummary:
    """Bring exports into the canonical tables and return what came of them.

    Args:
        input: files and folders.
        output: folder to make.
        source: name of the format; ``auto`` recognises it.
        preferred: sources to be asked first, by field, where several are merged.
        header: names of the columns of files without a header row, in the source's words.
        keeps_ends: citations stay as given instead of going to the record that they mean.
        engine: as of :func:`run`.
        master: likewise.
        conf: likewise.
        quiet: say nothing of the progress.

    Raises:
        ConfigError: no adapter has this name, or the options do not fit it.
        InputError: the input cannot be used.
        OutputError: something stands at the output.
    """
    inputs, target = _texts(input), str(output)
    with _told(quiet):
        spark = session("ingest", inputs, target, engine=engine, master=master, conf=conf)
        return ingest_exports(
            spark, source, inputs, target, preferred, header, keeps_ends=keeps_ends
        )


def corpus(
    output: Place,
    *,
    scale: float = 1.0,
    seed: int = 2023,
    layout: Layout = "canonical",
    truth: Truth = "table-6",
    hidden: Hidden = "none",
    engine: str | None = None,
    master: str | None = None,
    conf: Mapping[str, str] | None = None,
) -> CorpusSummary:
    """Make the calibrated synthetic corpus; see :func:`patentcore.synthetic.generate`."""
    spark = session("corpus", [], str(output), engine=engine, master=master, conf=conf)
    return generate(
        spark, str(output), scale=scale, seed=seed, layout=layout, truth=truth, hidden=hidden
    )


def session(
    command: str,
    inputs: Sequence[str],
    output: str,
    *,
    config: Config | None = None,
    engine: str | None = None,
    master: str | None = None,
    conf: Mapping[str, str] | None = None,
) -> SparkSession:
    """Return the session with what the places of input and output, and the formats, ask for.

    Raises:
        ConfigError: before an engine starts: a place has no name or holds credentials, or a file
            that the configuration names cannot be used.
    """
    refuse_names("--input", inputs)
    refuse_names("--output", [output])
    if config is not None:
        refuse_names("output.staging", [config.output.staging] if config.output.staging else [])
        check_files(config)
    uris = [*inputs, output]
    return get_spark(
        f"patentcore {command}",
        master=master,
        conf=conf,
        extras=extras_for(uris, [] if config is None else [config.output.format]),
        engine=engine,
        configured=None if config is None else config.engine,
        places=uris,
    )


def named_after(inputs: Sequence[str]) -> str:
    """Return the folder for the result of inputs: in the working folder, with their name.

    Several files of one folder, or a pattern, are named by it, others by the first of them.

    Raises:
        ConfigError: they are not on this machine's disk, or have no name.

    >>> named_after(["exports/drones.csv.gz"]), named_after(["exports/a.csv", "exports/b.csv"])
    ('drones-result', 'exports-result')
    """
    paths = [local_path(uri) for uri in inputs]
    local = [path for path in paths if path is not None]
    if not local or len(local) < len(paths):
        raise ConfigError("an input that is not on this machine's disk needs --output DIR")
    folders = {path.parent for path in local}
    is_pattern = bool(set("*?[") & set(local[0].name)) and not local[0].exists()
    are_several = len(local) > 1 or is_pattern
    named = folders.pop() if are_several and len(folders) == 1 else local[0]
    named = named if named.name else Path(os.path.realpath(named))
    name = named.name
    while not named.is_dir() and (suffix := PurePath(name).suffix) and len(suffix) <= _SUFFIX:
        name = name.removesuffix(suffix)
    if not name:
        raise ConfigError(f"{inputs[0]} names no result; add --output DIR")
    return f"{name}-result"


_SUFFIX = len(".parquet")


def overrides_of(settings: Settings) -> list[str]:
    """Return settings as ``--set`` takes them.

    >>> overrides_of({"scoring.reference_year": 2017, "screening.steps": ["citations"]})
    ['scoring.reference_year=2017', 'screening.steps=["citations"]']
    """
    if not isinstance(settings, Mapping):
        return list(settings)
    return [f"{key}={_toml(value)}" for key, value in settings.items()]


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key} = {_toml(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, str | os.PathLike) or hasattr(value, "isoformat"):
        return json.dumps(str(value), ensure_ascii=False)
    return json.dumps(value)


def _configured(config: Place | Config | None, overrides: list[str]) -> Config:
    if not isinstance(config, Config):
        return configuration.load(None if config is None else str(config), overrides)
    if overrides:
        raise ConfigError("settings change what a file or a name says; change the Config itself")
    return config


def _texts(places: Places) -> list[str]:
    if isinstance(places, str | os.PathLike):
        return [str(places)]
    return [str(place) for place in places]


@contextlib.contextmanager
def _told(quiet: bool) -> Iterator[None]:
    """Show messages while the body runs, unless the program that runs has its own way of it."""
    others = [*log.handlers, *logging.getLogger().handlers]
    if quiet or any(not isinstance(other, logging.NullHandler) for other in others):
        yield
        return
    before = log.level, log.propagate
    progress.log_to_terminal()
    try:
        yield
    finally:
        log.handlers.clear()
        log.level, log.propagate = before
