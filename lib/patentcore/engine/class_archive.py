"""Spark's classes, loaded and verified once at set-up and mapped into memory ever after.

A JVM spends most of a session's first seconds reading some fifteen thousand classes out of Spark's
jars. :mod:`patentcore.engine.warm` lets one dump what it has loaded (class data sharing, in every
Java since 13). The JVM checks the archive against its own version and the jars on the class path,
and starts without it when anything differs, so an outdated archive costs time but is never wrong.
"""

from __future__ import annotations

from pathlib import Path

from patentcore.engine import preflight


def archive() -> Path:
    """Return where the archive lies: beside the jars that it was made from."""
    return preflight.jars_folder() / "classes.jsa"


def options() -> list[str]:
    """Return the options that make a JVM use the archive, if there is one.

    The JVM's remarks on an archive that does not fit any more would alarm for nothing.
    """
    if not archive().is_file():
        return []
    return [f"-XX:SharedArchiveFile={archive()}", "-Xlog:disable"]


def fingerprint() -> str:
    """Return what an archive was made from: Java, Spark's jars and ours."""
    jars = [*preflight.spark_jars(), *map(Path, preflight.local_jars())]
    files = [f"{jar} {jar.stat().st_size} {jar.stat().st_mtime_ns}" for jar in jars]
    return "\n".join([preflight.check_java(), *files])
