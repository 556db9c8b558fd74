"""Lay out the pages of the documentation site: docs/, and a reference made from the code.

Usage: ``python scripts/site/pages.py FOLDER``. A page of ``docs/zh`` stands beside the English one
of its name, as ``NAME.zh.md``. What the reference says of a key, a column or an option is what the
code says of it, in both languages; headings are translated.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from patentcore import schemas
from patentcore.arguments import parser_of

ROOT = Path(__file__).resolve().parents[2]
# Links from pages to files of the repository, which the site does not have.
_OUTWARD = re.compile(
    r"\[([^\]]*)\]\((?:\.\./)+((?:conf|lib|scripts|jobs|tests|examples)\b[^)]*)\)"
)
# A key that the shipped configuration leaves out, with an example of its value.
_LEFT_OUT = re.compile(r"# [a-z_.]+ = ")
_TITLES = {
    "commands": {"en": "Commands", "zh": "命令"},
    "configuration": {"en": "Configuration", "zh": "配置"},
    "tables": {"en": "Tables", "zh": "数据表"},
}
_HEADS = {
    "en": {"column": "column", "type": "type", "what": "what", "option": "option", "key": "key"},
    "zh": {"column": "列", "type": "类型", "what": "含义", "option": "选项", "key": "键"},
}
_ENGLISH_ONLY = {"en": "", "zh": "以下内容由代码生成，说明文字为英文。\n\n"}


def lay_out(target: Path) -> None:
    """Write all pages below ``target``."""
    docs = ROOT / "docs"
    for page in sorted(docs.rglob("*.md")):
        name = page.relative_to(docs)
        if name.parts[0] == "zh":
            name = Path(*name.parts[1:]).with_suffix(".zh.md")
        _write(target / name, inward(page.read_text(encoding="utf-8")))
    for lang in ("en", "zh"):
        for name, made in (
            ("commands", commands(lang)),
            ("configuration", configuration()),
            ("tables", tables(lang)),
        ):
            suffix = "" if lang == "en" else f".{lang}"
            text = f"# {_TITLES[name][lang]}\n\n{_ENGLISH_ONLY[lang]}{made}"
            _write(target / "reference" / f"{name}{suffix}.md", text)


def inward(text: str) -> str:
    """Return a page whose links to files outside ``docs/`` are names.

    >>> inward("see [conf/paper.toml](../conf/paper.toml) and [lake](lake.md)")
    'see `conf/paper.toml` and [lake](lake.md)'
    """
    return _OUTWARD.sub(lambda link: f"`{link[2]}`", text)


def tables(lang: str) -> str:
    """Return each table with its columns."""
    heads = _HEADS[lang]
    parts = []
    for name, schema in schemas.TABLES.items():
        rows = [
            f"| `{field.name}` | `{_type(field.dataType)}` | {_cell(_comment(field))} |"
            for field in schema
        ]
        head = f"| {heads['column']} | {heads['type']} | {heads['what']} |\n|---|---|---|"
        parts.append("\n".join([f"## `{name}`", "", head, *rows]))
    return "\n\n".join(parts) + "\n"


def _comment(field: Any) -> str:
    return str((field.metadata or {}).get("comment", ""))


def _type(dtype: Any) -> str:
    return str(dtype.simpleString())


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def configuration() -> str:
    """Return every key with its value and comment, as the shipped configuration has them."""
    parts: list[str] = []
    for section, entries in _sections((ROOT / "conf" / "paper.toml").read_text(encoding="utf-8")):
        if section:
            parts.append(f"## `[{section}]`\n")
        parts += [f"{_prose(why)}\n\n```toml\n{key}\n```\n" for why, key in entries]
    return "\n".join(parts)


def _prose(comment: list[str]) -> str:
    return " ".join(comment).replace("<", "&lt;").replace("*", "\\*")


def _sections(toml: str) -> Iterator[tuple[str, list[tuple[list[str], str]]]]:
    """Yield each section's assignments with the comments before them."""
    section, entries, comment, pending = "", [], [], []
    for line in toml.splitlines():
        if pending:
            pending.append(line)
        elif line.startswith("["):
            yield section, entries
            section, entries, comment = line.strip("[] "), [], []
            continue
        elif _LEFT_OUT.match(line):
            entries.append((comment, line))
            comment = []
            continue
        elif line.startswith("#"):
            comment.append(line.lstrip("# "))
            continue
        elif "=" in line:
            pending = [line]
        else:
            comment = []
            continue
        text = "\n".join(pending)
        if text.count("[") == text.count("]"):
            entries.append((comment, text))
            comment, pending = [], []
    yield section, entries


def commands(lang: str) -> str:
    """Return each command with its options, as its help has them."""
    parser = parser_of(_AnyCall())
    actions = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    parts = []
    for name, command in actions.choices.items():
        head = f"| {_HEADS[lang]['option']} | {_HEADS[lang]['what']} |\n|---|---|"
        rows = [_option(action) for action in command._actions if action.dest != "help"]
        table = [head, *rows] if rows else []
        what = _cell(command.description or "")
        parts.append("\n".join([f"## `patentcore {name}`", "", what, "", *table]))
    return "\n\n".join(parts) + "\n"


class _AnyCall(dict[str, Any]):
    def __missing__(self, name: str) -> Any:
        return None


def _option(action: argparse.Action) -> str:
    value = action.metavar or ("|".join(map(str, action.choices)) if action.choices else None)
    if action.nargs == 0:
        value = None
    elif value is None:
        value = action.dest.upper()
    named = ", ".join(action.option_strings)
    shown = " ".join(part for part in (named, str(value) if value else "") if part)
    default = action.default
    said = action.help or ""
    if action.option_strings and default not in (None, False, [], argparse.SUPPRESS):
        said = f"{said} (default: {default})".strip()
    if action.required:
        said = f"{said} (required)".strip()
    return f"| `{_cell(shown)}` | {_cell(said)} |"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    lay_out(Path(sys.argv[1]))
