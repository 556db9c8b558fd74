"""Networks as the files of the programs that draw them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lxml import etree
from markupsafe import escape

from patentcore.results.export.network import ATTRIBUTES, Network
from patentcore.words.safety import without_controls

_GRAPHML = "http://graphml.graphdrawing.org/xmlns"
_GEXF = "http://www.gexf.net/1.2draft"
_MOST_CLUSTERS = 1000  # that VOSviewer knows


def text_of(value: Any) -> str:
    r"""Write an attribute as these formats do.

    >>> text_of(True), text_of(0.25), text_of("touch\x00 panel")
    ('true', '0.25', 'touch� panel')
    """
    return str(value).lower() if isinstance(value, bool) else without_controls(str(value))


def ids_of(network: Network) -> list[str]:
    r"""Return a name for each vertex that XML holds; one that had to be changed gets its place.

    >>> ids_of(Network(["CN1A", "X\x00", "X\x01"], [], [], True))
    ['CN1A', 'X�#1', 'X�#2']
    """
    clean = [without_controls(name) for name in network.names]
    pairs = zip(network.names, clean, strict=True)
    return [shown if shown == name else f"{shown}#{at}" for at, (name, shown) in enumerate(pairs)]


# --- XML ----------------------------------------------------------------------------------------

_GRAPHML_TYPES = {bool: "boolean", int: "long", float: "double", str: "string"}
_GEXF_TYPES = {bool: "boolean", int: "integer", float: "double", str: "string"}


@contextmanager
def _document(path: Path, root: str, namespace: str, **attributes: str) -> Iterator[Any]:
    with path.open("xb") as file, etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element(root, nsmap={None: namespace}, **attributes):
            yield xml


def write_graphml(network: Network, path: Path) -> None:
    """Write GraphML (graphml.graphdrawing.org), which Gephi, igraph and networkx read."""
    with _document(path, "graphml", _GRAPHML) as xml:
        for name, kind in ATTRIBUTES.items():
            _element(xml, "key", id=name, **{"for": "node"}, **_named(name, _GRAPHML_TYPES[kind]))
        _element(xml, "key", id="weight", **{"for": "edge"}, **_named("weight", "long"))
        direction = "directed" if network.is_directed else "undirected"
        with xml.element("graph", id="G", edgedefault=direction):
            ids = ids_of(network)
            for name, known in zip(ids, network.known, strict=True):
                with xml.element("node", id=name):
                    _data(xml, known)
            for src, dst, weight in network.edges:
                with xml.element("edge", source=ids[src], target=ids[dst]):
                    _data(xml, {"weight": weight})


def _named(name: str, kind: str) -> dict[str, str]:
    return {"attr.name": name, "attr.type": kind}


def _data(xml: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        with xml.element("data", key=name):
            xml.write(text_of(value))


def _element(xml: Any, tag: str, **attributes: str) -> None:
    with xml.element(tag, attributes):
        pass


def write_gexf(network: Network, path: Path) -> None:
    """Write GEXF 1.2 (gexf.net), which Gephi reads."""
    with _document(path, "gexf", _GEXF, version="1.2") as xml:
        direction = "directed" if network.is_directed else "undirected"
        with xml.element("graph", defaultedgetype=direction, mode="static"):
            with xml.element("attributes", {"class": "node", "mode": "static"}):
                for name, kind in ATTRIBUTES.items():
                    _element(xml, "attribute", id=name, title=name, type=_GEXF_TYPES[kind])
            ids = ids_of(network)
            with xml.element("nodes"):
                for name, known in zip(ids, network.known, strict=True):
                    with xml.element("node", id=name, label=name), xml.element("attvalues"):
                        for key, value in known.items():
                            _element(xml, "attvalue", value=text_of(value), **{"for": key})
            with xml.element("edges"):
                for at, (src, dst, weight) in enumerate(network.edges):
                    ends = {"source": ids[src], "target": ids[dst]}
                    _element(xml, "edge", id=str(at), weight=str(weight), **ends)


# --- VOSviewer ----------------------------------------------------------------------------------

# Columns of the map file: what it is called there, and of which attribute.
_VOS_WEIGHTS = {"weight<Links>": "degree", "weight<Betweenness>": "betweenness"}
_VOS_SCORES = {
    "score<Publication year>": "year",
    "score<Core degree>": "core_degree",
    "score<Rank>": "rank",
}


def write_vosviewer(network: Network, folder: Path) -> None:
    """Write VOSviewer's map and network file, tabs between columns.

    A map has id, label, description (HTML, so titles are escaped), cluster from 1 to 1000, weights
    that are numbers everywhere and scores that may be blank. A network has two ids and the
    strength, without a header; the program counts each pair of items once, so both directions are
    added up. There are no places: VOSviewer lays the items out itself.
    """
    with _rows(folder / "map.txt") as write:
        write(["id", "label", "description", "cluster", *_VOS_WEIGHTS, *_VOS_SCORES])
        for at, (name, known) in enumerate(zip(network.names, network.known, strict=True), 1):
            cluster = known["cluster"] if known["cluster"] <= _MOST_CLUSTERS else ""
            weights = [known.get(attribute, 0) for attribute in _VOS_WEIGHTS.values()]
            scores = [known.get(attribute, "") for attribute in _VOS_SCORES.values()]
            title = str(escape(_line(known.get("title", ""))))
            write([at, _line(name), title, cluster, *weights, *scores])
    strengths: dict[tuple[int, int], int] = {}
    for src, dst, weight in network.edges:
        pair = (min(src, dst), max(src, dst))
        strengths[pair] = strengths.get(pair, 0) + weight
    with _rows(folder / "network.txt") as write:
        for (one, other), strength in strengths.items():
            write([one + 1, other + 1, strength])


@contextmanager
def _rows(path: Path) -> Iterator[Callable[[list[Any]], Any]]:
    with path.open("x", encoding="utf-8", newline="") as file:
        yield csv.writer(file, delimiter="\t", lineterminator="\n").writerow


def _line(text: str) -> str:
    """Return a text on one line, without tabs and quotation marks that a label may not have."""
    return " ".join(without_controls(text).replace('"', "'").split())


# --- Pajek --------------------------------------------------------------------------------------

# Pajek's own numbers for what is missing in a partition and in a vector.
_NO_CLASS, _NO_VALUE = 9999998, 999999998
_PARTITIONS = ("cluster", "year", "main_class", "is_key")
_VECTORS = ("betweenness", "core_degree", "degree")


def write_pajek(network: Network, folder: Path) -> None:
    """Write Pajek's network, partitions and vectors; classes are numbered in ``main_class.txt``."""
    count = len(network.names)
    with (folder / "network.net").open("x", encoding="utf-8", newline="\r\n") as file:
        file.write(f"*Vertices {count}\n")
        file.writelines(f'{at} "{_label(name)}"\n' for at, name in enumerate(network.names, 1))
        file.write("*Arcs\n" if network.is_directed else "*Edges\n")
        file.writelines(f"{src + 1} {dst + 1} {weight}\n" for src, dst, weight in network.edges)
    classes = sorted({known["main_class"] for known in network.known if "main_class" in known})
    number = {name: at for at, name in enumerate(classes, start=1)}
    for names, ending, unknown in ((_PARTITIONS, "clu", _NO_CLASS), (_VECTORS, "vec", _NO_VALUE)):
        for name in names:
            values = [known.get(name, unknown) for known in network.known]
            shown = [number[v] if isinstance(v, str) else v + 0 for v in values]
            with (folder / f"{name}.{ending}").open("x", encoding="utf-8", newline="\r\n") as file:
                file.write(f"*Vertices {count}\n")
                file.writelines(f"{value}\n" for value in shown)
    with _rows(folder / "main_class.txt") as write:
        for name, at in number.items():
            write([at, _line(name)])


def _label(name: str) -> str:
    r"""Return a label that stands in quotation marks; backslashes would take readers in.

    >>> _label('CN1"A\\')
    "CN1'A/"
    """
    return _line(name).replace("\\", "/")
