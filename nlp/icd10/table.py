"""The ICD-10-CM tabular list: names, terms, notes and hierarchy, built once from the official release and cached.

Source: the CDC/NCHS tabular XML (public domain) as packaged by ``simple-icd-10-cm``.
"""

import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

FORMAT: Final = 3
"""Raise when the shape of the cached file changes; an older cache is then rebuilt."""

_REFERENCE: Final = re.compile(
    r"\(([A-Z][\dA-Z]{2}(?:\.[\dA-Z]{0,4})?-?(?:\s*(?:,|-)\s*[A-Z][\dA-Z]{2}(?:\.[\dA-Z]{0,4})?-?)*)\)"
)
_CATEGORY: Final = re.compile(r"[A-Z][\dA-Z]{2}(\.|$)")


@dataclass(frozen=True, slots=True)
class Node:
    """A category, subcategory or code without its seventh character.

    ``terms`` are inclusion terms, ``sevenths`` the permitted seventh characters and their meaning.
    A node is itself billable when it has neither children nor seventh characters.
    """

    code: str
    name: str
    parent: str
    children: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    sevenths: tuple[tuple[str, str], ...] = ()
    excludes1: tuple[str, ...] = ()
    excludes2: tuple[str, ...] = ()
    code_first: str = ""
    use_additional: str = ""


class Table:
    """The release in memory. Codes are written with their dot ("E11.9")."""

    def __init__(self, release: str, nodes: dict[str, Node]) -> None:
        """Keep ``nodes`` by code; ``release`` is the release's own name ("April 2026")."""
        self.release = release
        self.nodes = nodes

    def is_billable(self, code: str) -> bool:
        """Whether ``code`` is complete: a leaf with the seventh character its category demands."""
        node = self.nodes.get(code)
        if node is not None:
            return not node.children and not node.sevenths
        return self._stem(code) is not None

    def display(self, code: str) -> str:
        """The official title of a node or billable code; ``KeyError`` when there is none."""
        node = self.nodes.get(code)
        if node is not None:
            return node.name
        found = self._stem(code)
        if found is None:
            raise KeyError(code)
        stem, label = found
        return f"{stem.name}, {label}"

    def node_of(self, code: str) -> Node:
        """The node of a code, seventh character taken off when it has one."""
        node = self.nodes.get(code)
        if node is not None:
            return node
        found = self._stem(code)
        if found is None:
            raise KeyError(code)
        return found[0]

    def with_seventh(self, node: Node, character: str) -> str:
        """``node``'s code completed with a seventh character, padded with X as the tabular list says."""
        plain = node.code.replace(".", "").ljust(6, "X") + character
        return f"{plain[:3]}.{plain[3:]}"

    def billable_nodes(self, code: str) -> Iterator[Node]:
        """Leaves at or below ``code``, in the order of the list; they may still need a seventh character."""
        node = self.nodes[code]
        if not node.children:
            yield node
            return
        for child in node.children:
            yield from self.billable_nodes(child)

    def ancestors(self, code: str) -> tuple[Node, ...]:
        """The node of ``code`` and what is above it, nearest first."""
        node = self.node_of(code)
        chain = [node]
        while node.parent in self.nodes:
            node = self.nodes[node.parent]
            chain.append(node)
        return tuple(chain)

    @cached_property
    def billable_count(self) -> int:
        """How many billable codes the release has."""
        return sum(len(n.sevenths) or 1 for n in self.nodes.values() if not n.children)

    def _stem(self, code: str) -> tuple[Node, str] | None:
        if len(code) != 8:
            return None
        base, character = code[:7], code[7]
        while base and base not in self.nodes:
            if not base.endswith(("X", ".")):
                return None
            base = base[:-1]
        node = self.nodes.get(base)
        if node is None or node.children or self.with_seventh(node, character) != code:
            return None
        label = dict(node.sevenths).get(character)
        return None if label is None else (node, label)


def load(cache_dir: Path) -> Table:
    """The table from ``cache_dir``, built there first when it is missing or of another format or release."""
    path = cache_dir / "table.json"
    release = _release()
    if path.is_file():
        data = json.loads(path.read_text("utf-8"))
        if data.get("format") == FORMAT and data.get("release") == release:
            return Table(release, {row[0]: _node(row) for row in data["nodes"]})
    table = build(release)
    cache_dir.mkdir(parents=True, exist_ok=True)
    rows = [_row(node) for node in table.nodes.values()]
    part = path.with_suffix(".part")
    part.write_text(json.dumps({"format": FORMAT, "release": release, "nodes": rows}, separators=(",", ":")), "utf-8")
    part.replace(path)
    return table


def build(release: str) -> Table:
    """Read the whole release through ``simple-icd-10-cm`` (a few seconds)."""
    with warnings.catch_warnings():  # the package reads its data through an API that Python has deprecated
        warnings.simplefilter("ignore")
        import simple_icd_10_cm as cm

    nodes: dict[str, Node] = {}
    for code in cm.get_all_codes(with_dots=True):
        if not _CATEGORY.match(code) or _is_extension(cm, code) or code in nodes:
            continue
        children = tuple(child for child in cm.get_children(code) if child != code)
        sevenths: tuple[tuple[str, str], ...] = ()
        if children and _is_extension(cm, children[0]):
            sevenths = tuple((child[-1], _seventh_label(cm, code, child)) for child in children)
            children = ()
        nodes[code] = Node(
            code=code,
            name=cm.get_description(code),
            parent="" if cm.get_parent(code) == code else cm.get_parent(code),
            children=children,
            terms=tuple(dict.fromkeys([*cm.get_inclusion_term(code), *cm.get_includes(code)])),
            sevenths=sevenths,
            excludes1=tuple(cm.get_excludes1(code)),
            excludes2=tuple(cm.get_excludes2(code)),
            code_first=cm.get_code_first(code),
            use_additional=cm.get_use_additional_code(code),
        )
    return Table(release, nodes)


def references(note: str) -> tuple[str, tuple[str, ...]]:
    """Split a tabular note ("renovascular hypertension (I15.0)") into its words and the codes it names.

    Ranges stay as written ("E10-E14"); a trailing dash ("I15.-") becomes its category.
    """
    found = list(_REFERENCE.finditer(note))
    if not found:
        return note.strip(), ()
    match = found[-1]
    words = note[: match.start()].strip(" ,:")
    codes = tuple(part.strip() for part in match.group(1).split(","))
    return words, tuple(c[:-1].rstrip(".") if c.endswith("-") else c for c in codes)


def _is_extension(cm: Any, code: str) -> bool:
    return bool(cm.is_extended_subcategory(code))


def _seventh_label(cm: Any, code: str, child: str) -> str:
    name, full = str(cm.get_description(code)), str(cm.get_description(child))
    return full[len(name) :].lstrip(", ") if full.startswith(name) else full


def _release() -> str:
    from importlib.metadata import files

    for file in files("simple-icd-10-cm") or ():
        found = re.search(r"code-list-([A-Za-z]+)-(\d{4})", file.name)
        if found:
            return f"{found[1]} {found[2]}"
    raise RuntimeError("the ICD-10-CM release of simple-icd-10-cm is not where it should be")


def _row(node: Node) -> list[Any]:
    return [getattr(node, name) for name in Node.__slots__]


def _node(row: list[Any]) -> Node:
    code, name, parent, children, terms, sevenths, excludes1, excludes2, code_first, use_additional = row
    return Node(
        code, name, parent, tuple(children), tuple(terms), tuple((a, b) for a, b in sevenths),
        tuple(excludes1), tuple(excludes2), code_first, use_additional,
    )  # fmt: skip
