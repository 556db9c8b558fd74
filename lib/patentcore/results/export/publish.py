"""Put what was written where it is wanted: whole or not at all, nothing replaced unasked."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from patentcore.errors import ConfigError, OutputError
from patentcore.lake.stores import LocalStore
from patentcore.lake.uris import local_path


def target_of(output: str, result: str) -> Path:
    """Return the path that an export is written to.

    Args:
        output: what the user asked for.
        result: path or URI of the result, into which nothing is written.

    Raises:
        ConfigError: it is not on this machine's disk, or lies in the result.
    """
    local, of_result = local_path(output), local_path(result)
    if local is None:
        raise ConfigError(f"--output {output}: exports are written to this machine's disk")
    # The last part may be a link, which is not followed: what it leads to stays as it is.
    target = Path(os.path.abspath(local))
    target = target.parent.resolve() / target.name
    if of_result is not None and Path(of_result).resolve() in (target, *target.parents):
        raise ConfigError(f"--output {output} lies in the result; choose a place outside")
    return target


def refuse_taken(target: Path, *, overwrite: bool, own_names: frozenset[str] | None) -> None:
    """Refuse a target before any work is done.

    Args:
        target: where the export goes.
        overwrite: whether an earlier export may be replaced.
        own_names: what an export's folder may hold; ``None`` where the export is one file.

    Raises:
        OutputError: something stands there that may not be replaced.
    """
    if not os.path.lexists(target):
        return
    if not overwrite:
        raise OutputError(f"{target} exists; choose another --output or give --overwrite")
    is_folder = target.is_dir() and not target.is_symlink()
    if is_folder != (own_names is not None):
        what = "a folder" if own_names is not None else "one file"
        raise OutputError(f"{target} is not {what}, as this export is; choose another --output")
    strange = sorted(set(os.listdir(target)) - own_names) if own_names is not None else []
    if strange:
        raise OutputError(
            f"{target} holds what is not of an export ({strange[0]}); choose another --output"
        )


@contextmanager
def staged(target: Path, *, overwrite: bool, is_folder: bool) -> Iterator[Path]:
    """Yield a path beside the target to write to; after the body it becomes the target.

    Whatever goes wrong in the body, the target stays as it was and nothing is left beside it.

    Raises:
        OutputError: it cannot be written there, or something was put there meanwhile.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".patentcore-", dir=target.parent) as folder:
            draft = Path(folder) / target.name
            yield draft
            try:
                (_place_folder if is_folder else _place_file)(draft, target, overwrite)
            except FileExistsError as error:
                raise OutputError(f"{target} was put there meanwhile; it was left") from error
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error.strerror or error}") from error


def _place_file(draft: Path, target: Path, overwrite: bool) -> None:
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    if overwrite:
        os.replace(draft, target)
        return
    try:
        os.link(draft, target)
    except FileExistsError:
        raise
    except OSError as error:  # a file system without links
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS):
            raise
        if os.path.lexists(target):
            raise FileExistsError(target) from error
        os.rename(draft, target)


def _place_folder(draft: Path, target: Path, overwrite: bool) -> None:
    if overwrite and os.path.lexists(target):
        # What stood there is now in the temporary folder and goes with it.
        if not LocalStore().exchange(str(draft), str(target)):
            old = draft.with_name(draft.name + ".old")
            os.rename(target, old)
            _undone(lambda: os.rename(draft, target), lambda: os.rename(old, target))
        return
    if os.path.lexists(target):
        raise FileExistsError(target)
    os.rename(draft, target)


def _undone(step: Callable[[], None], undo: Callable[[], None]) -> None:
    try:
        step()
    except BaseException:
        undo()
        raise
