"""Part JSON text into the texts of its records, as a stream, before anything of them is read.

Records stand one behind the other, in an array, or in the array ``data`` of an API's answer. Where
one is broken, the next is looked for at a line of the same indentation as the first one's, and at
an object of the same keys.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_SCALAR = r'(?:"(?:[^"\\]|\\.)*"|[-+.\w]+)'
_ANSWER = re.compile(rf'\{{\s*(?:"(?:[^"\\]|\\.)*"\s*:\s*{_SCALAR}\s*,\s*)*"data"\s*:\s*(?=\[)')
_BETWEEN = re.compile(r"[\s,\ufeff]*")
# What an object follows that may be a record.
_START = re.compile(r"(?:[,}]\s*|\n[ \t]*)(?=\{)")
_MORE = 1 << 20
# What stands in front of an answer's records is not longer.
_AHEAD = 4_000
# A record that begins farther right begins no line.
_LINE = 200
# An error that far in front of the end of what was read is none of the end.
_CUT = 16
# Numbers stay text: only the ends of records are looked for.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


def begins_answer(text: str) -> bool:
    """Tell whether a text begins as an answer of an API, with its records in the array ``data``.

    >>> begins_answer('{"total": 2, "data": [{"lens_id": "1"}]}')
    True
    >>> begins_answer('{"lens_id": "1", "biblio": {"data": []}}')
    False
    """
    return _ANSWER.match(text.lstrip()) is not None


def records(pieces: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Return each record's text, and whether it is a JSON object.

    >>> list(records(['[{"a": 1}, {"a":', ' 2}]']))
    [('{"a": 1}', True), ('{"a": 2}', True)]
    >>> list(records(['{"total": 1, "data": [{"a": 1}], "results": 1}']))
    [('{"a": 1}', True)]
    >>> list(records(['[{"a": 1}, {"a": }, {"a": 3}]']))
    [('{"a": 1}', True), ('{"a": }', False), ('{"a": 3}', True)]
    """
    return _Splitter(iter(pieces)).records()


@dataclass
class _Splitter:
    """Where a text is read, and what is known of its records.

    Attributes:
        pieces: of the text, not read yet.
        text: what was read and is needed still.
        at: place in it.
        ended: all pieces were read.
        inside: what closes the array that is read: nothing, ``]`` or, of an answer, ``]}``.
        line: what stands in front of a record on its line; none where records share lines.
        keys: of the first sound record.
    """

    pieces: Iterator[str]
    text: str = ""
    at: int = 0
    ended: bool = False
    inside: str = ""
    line: str | None = None
    keys: frozenset[str] = field(default_factory=frozenset)

    def records(self) -> Iterator[tuple[str, bool]]:
        """Return the records; what is in between and no record is a broken one."""
        begun = broken = False
        while self._next():
            here = self.text[self.at]
            if here == "[" and not self.inside:
                self.inside, self.at = "]", self.at + 1
            elif here == "]" and self.inside:
                rest, broken = self._close(), False
                if rest is not None:
                    yield rest, False
            elif not self.inside and (answer := self._answer()):
                self.inside, self.at = "]}", answer + 1
            else:
                if not begun:
                    begun, self.line = True, self._indentation()
                end, value = self._decode()
                broken = not isinstance(value, dict)
                if isinstance(value, dict):
                    self.keys = self.keys or frozenset(value)
                if end is None:
                    end = self._next_start()
                yield self.text[self.at : end].rstrip().rstrip(","), not broken
                self.at = end
        if self.inside and not broken:
            yield "", False  # the array's end is missing, and who knows what else

    def _read(self) -> None:
        """Leave out what is done with, but for the line, and read as much as is left."""
        done = max(0, self.at - _LINE)
        wanted = max(_MORE, len(self.text) - self.at)
        read = [self.text[done:]]
        self.at -= done
        while wanted > 0 and not self.ended:
            piece = next(self.pieces, None)
            self.ended = piece is None
            read.append(piece or "")
            wanted -= len(piece or "")
        self.text = "".join(read)

    def _next(self) -> bool:
        """Go to what comes next; false at the end."""
        while True:
            found = _BETWEEN.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.text):
                return True
            if self.ended:
                return False
            self._read()

    def _close(self) -> str | None:
        """Leave an array, and what an answer says behind its records; return that if broken."""
        is_answer, self.inside, self.at = self.inside == "]}", "", self.at + 1
        if not is_answer:
            return None
        opened = '{"data": 0'
        self.text, self.at = opened + self.text[self.at :], 0
        end, _ = self._decode()
        broken_to = self._next_start() if end is None else None
        rest = None if broken_to is None else self.text[self.at + len(opened) : broken_to].strip()
        self.at = end or broken_to or 0
        return rest

    def _answer(self) -> int | None:
        """Return where the array of an answer begins, if here is one."""
        while not self.ended and len(self.text) - self.at < _AHEAD:
            self._read()
        found = _ANSWER.match(self.text, self.at)
        return found.end() if found else None

    def _indentation(self) -> str | None:
        """Return the blanks in front of this place on its line; none where more stands there."""
        line = self.text[: self.at].rpartition("\n")[2].lstrip("\ufeff")
        return None if line.strip() else line

    def _decode(self) -> tuple[int | None, object]:
        """Return the end of the value that begins here, and the value; no end of a broken one."""
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.at)
            except (ValueError, RecursionError) as error:
                if self.ended or not _is_cut(error, len(self.text)):
                    return None, None
            else:
                if self.ended or end < len(self.text):
                    return end, value
            self._read()

    def _next_start(self) -> int:
        """Return where the next record or answer begins behind a broken one, or the end."""
        own = None if self.line is None else f"\n{self.line}"
        while True:
            for found in _START.finditer(self.text, self.at + 1):
                if self.inside != "]" and _ANSWER.match(self.text, found.end()):
                    self.inside = ""
                    return found.end()
                is_own = own is not None and self.text.endswith(own, self.at, found.end())
                # Before any sound record, the indentation alone tells records from their parts.
                is_part = own is not None and not self.keys and "\n" in found[0]
                if is_own or (not is_part and self._is_like_others(found.end())):
                    return found.end()
            if self.ended:
                return len(self.text)
            self._read()

    def _is_like_others(self, at: int) -> bool:
        """Tell whether an object is a record, and not one that stands inside a record.

        Records have half of the first one's keys; if that is broken, the key that it begins with.
        """
        try:
            value, _ = _DECODER.raw_decode(self.text, at)
        except (ValueError, RecursionError):
            return False
        first = re.compile(r'\{\s*"((?:[^"\\]|\\.)*)"').match(self.text, self.at)
        keys = self.keys or frozenset([first[1]] if first else [])
        return isinstance(value, dict) and 2 * len(keys & set(value)) >= len(keys)


def _is_cut(error: Exception, end: int) -> bool:
    """Tell whether a value may be sound, its rest not being read yet."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.msg.startswith("Unterminated string") or error.pos > end - _CUT
