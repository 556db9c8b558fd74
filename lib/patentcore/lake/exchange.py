"""The step in which an old result and a new one change places.

Where the store has one step for it, that step is taken. Elsewhere a journal beside the output makes
one: writing that small file is the step. It names what is whole in staging and where it goes; from
then on readers read from there, and whoever finds the journal of a process that is gone carries it
out to the end. The other kind of journal, ``undo``, names what stands aside until it is replaced in
place; whoever finds that one puts it back.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

import patentcore
from patentcore.errors import OutputError
from patentcore.lake.places import Place

log = logging.getLogger("patentcore")

UNFINISHED = ".unfinished-"
"""What stands between an output's name and a run's in the name of a staging folder."""
WHOLE = ""
"""Stands for the whole output where a table's name could."""


@dataclass(frozen=True)
class Journal:
    """What is left to do to an output.

    Attributes:
        kind: ``finish`` moves what is staged to its place, ``undo`` puts back what stands aside.
        moves: names beside the output -> names inside it; :data:`WHOLE` is the output.
        withdraws: files inside that make the old a result, removed first.
        drops: tables inside that the new one does not have.
        files: small JSON files of the new one, by name; written last.
        leftovers: names beside the output to remove at the end.
    """

    kind: Literal["finish", "undo"] = "finish"
    moves: Mapping[str, str] = field(default_factory=dict)
    withdraws: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    files: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    leftovers: tuple[str, ...] = ()


def journal_of(output: Place) -> Place:
    """Return the place of an output's journal."""
    return output.sibling(f".{output.name}.exchange.json")


def lock_of(output: Place) -> Place:
    """Return the place of an output's lock."""
    return output.sibling(f".{output.name}.lock")


def read_journal(output: Place) -> Journal | None:
    """Return what is left to do to an output; ``None`` where nothing is."""
    found = journal_of(output).read_json()
    if found is None or "kind" not in found:
        return None
    names = Journal.__dataclass_fields__
    values = {key: value for key, value in found.items() if key in names}
    return Journal(
        **values | {key: tuple(values.get(key, ())) for key in ("withdraws", "drops", "leftovers")}
    )


def write_journal(output: Place, journal: Journal) -> None:
    """Take the step: from here on readers see what the journal names."""
    journal_of(output).write_json({"patentcore": patentcore.__version__, **asdict(journal)})


def recover(output: Place) -> str | None:
    """Carry out what an interrupted process left; tell what was done, if anything.

    Only who holds the output's lock may.
    """
    journal = read_journal(output)
    if journal is None:
        return None
    if journal.kind == "undo":
        undo(output, journal)
        return f"an interrupted exchange of {output} was undone: the former result stands"
    finish(output, journal)
    return f"an interrupted exchange of {output} was finished: the new result stands"


def end(output: Place) -> None:
    """Finish or undo at once what an error broke off, if that is possible."""
    try:
        recover(output)
    except Exception as error:
        log.warning("%s: %s; the next run mends it", journal_of(output), error)


def finish(output: Place, journal: Journal) -> None:
    """Bring what is staged to its place; may be repeated after an interruption anywhere."""
    if WHOLE not in journal.moves.values():
        for name in journal.withdraws:
            (output / name).delete()
    for source, target in journal.moves.items():
        _replace(output.sibling(source), output / target, _former(output))
    for name in journal.drops:
        (output / name).delete()
    for name, value in journal.files.items():
        (output / name).parent.make()
        (output / name).write_json(value)
    # Where moves are copies, readers read the staged ones up to this line.
    _clean(output, journal)


def undo(output: Place, journal: Journal) -> None:
    """Put back what stands aside; may be repeated after an interruption anywhere."""
    for source, target in journal.moves.items():
        aside = output.sibling(source)
        if aside.exists():
            (output / target).delete()
            _move(aside, output / target)
    _clean(output, journal)


def set_aside(output: Place, journal: Journal) -> None:
    """Move tables aside, as a journal of kind ``undo`` says, so that they stand until replaced."""
    if output.store.renames_folders:
        write_journal(output, journal)
    for source, target in journal.moves.items():
        output.sibling(source).parent.make()
        _move(output / target, output.sibling(source))
    if not output.store.renames_folders:
        write_journal(output, journal)
        for target in journal.moves.values():
            (output / target).delete()


def swap(staged: Place, output: Place) -> bool:
    """Let a whole result take the output's place in one step; ``False`` where there is none."""
    if not output.exists() and output.store.renames_folders:
        staged.store.rename(staged.path, output.path)
        return True
    return output.exists() and staged.store.exchange(staged.path, output.path)


def _former(output: Place) -> Place:
    return output.sibling(f".{output.name}{UNFINISHED}former")


def _replace(source: Place, target: Place, former: Place) -> None:
    """Let what is staged take a place; what is there goes."""
    if not source.exists():
        return  # it has been moved
    if source.store.renames_folders and target.exists():
        former.delete()
        former.parent.make()
        _move(target, former)
    elif target.exists():
        target.delete()  # the staged one stays whole until the journal is gone
    target.parent.make()
    _move(source, target)
    former.delete()


def _move(source: Place, target: Place) -> None:
    if source.store.renames_folders:
        try:
            source.store.rename(source.path, target.path)
        except OSError as error:
            raise OutputError(f"{target} cannot be written: {error}") from error
    else:
        source.store.copy(source.path, target.path)


def _clean(output: Place, journal: Journal) -> None:
    """Remove what the exchange needed; the journal last, reduced to that before."""
    leftovers = (*journal.leftovers, _former(output).name)
    write_journal(output, replace(Journal(), leftovers=leftovers))
    for name in leftovers:
        output.sibling(name).delete()
    journal_of(output).delete()


def moved_tables(output: Place, journal: Journal | None) -> dict[str, Place]:
    """Return the tables of an output that stand elsewhere while an exchange is under way."""
    if journal is None:
        return {}
    found = {target: output.sibling(source) for source, target in journal.moves.items()}
    return {target: place for target, place in found.items() if place.exists()}
