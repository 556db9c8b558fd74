"""Part JSON text into the texts of its records, as a stream, before anything of them is read.

Records stand one behind the other, in an array, or in the array ``data`` (or the like) of an API's
answer. Where one is broken, the next is looked for at a line of the same indentation as the first
one's, and at an object of the same keys.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import orjson

_STRING = r'"(?:[^"\\]|\\.)*"'
_FLAT = rf'(?:{_STRING}|[^"{{}}\[\]])*'
_VALUE = rf"(?:{_STRING}|[-+.\w]+|\{{{_FLAT}\}}|\[{_FLAT}\])"
# Where answers of APIs have their records: of the Lens, PatentsView and the USPTO.
_RECORDS = r'"(?:data|results|patentFileWrapperDataBag|patents(?="\s*:\s*\[\s*\{\s*"patent_))"'
# In front of an answer's records stand values, and objects and arrays of values.
_ANSWER = re.compile(rf"\{{\s*(?:{_STRING}\s*:\s*{_VALUE}\s*,\s*)*{_RECORDS}\s*:\s*(?=\[)")
_BETWEEN = re.compile(r"[\s,\ufeff]*")
_FIRST_KEY = re.compile(r'\{\s*"((?:[^"\\]|\\.)*)"')
# What an object follows that may be a record.
_START = re.compile(r"(?:[,}]\s*|\n[ \t]*)(?=\{)")
_MORE = 1 << 20
_CHUNK = 1 << 18  # bytes that are decoded at once
# What stands in front of an answer's records is not longer.
_AHEAD = 1 << 16
# A record that begins farther right begins no line.
_LINE = 200
# An error that far in front of the end of what was read is none of the end.
_CUT = 16
# What is decoded at first of a text: an error costs as much as stands in front of it.
_WINDOW = 1 << 13
# What is longer is taken for broken, and not held in memory.
_LONGEST = 1 << 26
# So much of a broken record is returned.
_SHOWN = 200
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
        left_out: length of the text that was read and is needed no more.
        ended: all pieces were read.
        inside: what closes the array that is read: nothing, ``]`` or, of an answer, ``]}``.
        line: what stands in front of a record on its line; none where records share lines.
        keys: of the first sound record.
    """

    pieces: Iterator[str]
    text: str = ""
    at: int = 0
    left_out: int = 0
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
                    yield self._pass_broken().rstrip().rstrip(","), False
                else:
                    yield self.text[self.at : end if not broken else self._shown(end)], not broken
                    self.at = end
        if self.inside and not broken:
            yield "", False  # the array's end is missing, and who knows what else

    def _read(self) -> None:
        """Leave out what is done with, but for the line, and read as much as is left."""
        done = max(0, self.at - _LINE)
        wanted = max(_MORE, len(self.text) - self.at)
        read = [self.text[done:]]
        self.at -= done
        self.left_out += done
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
        if end is None:
            return self._pass_broken()[len(opened) :].strip()
        self.at = end
        return None

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
        length = _WINDOW
        while True:
            part = self.text[self.at : self.at + length]
            is_last = self.ended and self.at + length >= len(self.text)
            try:
                value, end = _DECODER.raw_decode(part)
            except (ValueError, RecursionError) as error:
                if is_last or len(part) >= _LONGEST or not _is_cut(error, len(part)):
                    return None, None
            else:
                if is_last or end < len(part):
                    return self.at + end, value
            if len(self.text) - self.at <= length and not self.ended:
                self._read()
            else:
                length *= 4

    def _pass_broken(self) -> str:
        """Go to where the next record or answer begins behind a broken one, or to the end.

        Returns:
            The beginning of what was passed.
        """
        while not self.ended and len(self.text) - self.at < _SHOWN:
            self._read()
        shown, begin = self.text[self.at : self._shown(len(self.text))], self.left_out + self.at
        first = _FIRST_KEY.match(shown)
        keys = self.keys or frozenset([first[1]] if first else [])
        self.at += 1
        while not self._is_next_start(keys):
            pass
        return shown[: self.left_out + self.at - begin]

    def _is_next_start(self, keys: frozenset[str]) -> bool:
        """Go to the next place where a record may begin; tell whether one does, or it is the end.

        Records have half of the first one's keys; if that is broken, the key that it begins with.
        """
        found = _START.search(self.text, self.at)
        if found is None:
            is_end, self.at = self.ended, max(self.at, len(self.text) - _LINE)
            if is_end:
                self.at = len(self.text)
            self._read()
            return is_end
        self.at = found.end()
        if self.inside != "]" and self._answer():
            self.inside = ""
            return True
        if self.line is not None and self.text.endswith(f"\n{self.line}", 0, self.at):
            return True
        end, value = self._decode()
        # Before any sound record, the indentation alone tells records from their parts.
        is_part = self.line is not None and not self.keys and "\n" in found[0]
        is_like_others = isinstance(value, dict) and 2 * len(keys & set(value)) >= len(keys)
        if is_like_others and not is_part:
            return True
        if end is not None and not is_part:
            self.at = end - 1  # what stands inside a sound object is no record
        return False

    def _shown(self, end: int) -> int:
        """Return the end of what is shown of a broken record that begins here."""
        return min(end, self.at + _SHOWN)


def _is_cut(error: Exception, end: int) -> bool:
    """Tell whether a value may be sound, its rest not being read yet."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.msg.startswith("Unterminated string") or error.pos > end - _CUT


# --- what the texts say -------------------------------------------------------------------------


def decoded(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """Return a text in pieces."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    while chunk := stream.read(_CHUNK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def loaded_records(chunks: Iterable[str]) -> Iterator[dict[str, Any] | str]:
    """Return the records of a text that comes in pieces; a text in place of a record is broken.

    >>> list(loaded_records(['[{"a": 1}, {"a": ', 'NaN}]']))
    [{'a': 1}, {'a': nan}]
    """
    for text, is_object in records(chunks):
        if not is_object:
            yield text
            continue
        try:
            yield orjson.loads(text)
        except (orjson.JSONDecodeError, UnicodeEncodeError):
            # Also numbers that are none, and halves of letters.
            yield without_surrogates(json.loads(text))


def without_surrogates(value: object) -> Any:
    """Replace halves of letters, which JSON may escape and UTF-8 cannot write."""
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", errors="replace")
    return json.loads(text)
