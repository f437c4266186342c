"""The layer table and the link lists of CMakeLists.txt."""

import dataclasses
import pathlib
import re

from .rules import PACKAGE_NAMES, PACKAGE_TARGETS

KINDS = ("PURE", "DOOR", "WORDS", "DEEDS", "ROOT")
_ROW = re.compile(r'"\s*(\w+)\s+([\w/]+)\s*:([^|"]*)\|([^|"]*)"')
_LINKED = re.compile(r"^\s*riskcluster_(layer|program)\(\s*(\w+)\s+([\w/.]+)\s*(?:LINK\s+([^)]*))?\)", re.MULTILINE)


class TableError(Exception):
    pass


@dataclasses.dataclass
class Layer:
    kind: str
    folder: str
    allowed: list
    packages: list
    line: int


def _line_of(text, position):
    return text.count("\n", 0, position) + 1


class Table:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        text = (self.root / "CMakeLists.txt").read_text(encoding="utf-8")
        text = re.sub(r"#[^\n]*", lambda comment: " " * len(comment.group()), text)
        block = re.search(r"set\(\s*RISKCLUSTER_LAYERS\b([^)]*)\)", text)
        if block is None:
            raise TableError(f"{self.root / 'CMakeLists.txt'}: no table RISKCLUSTER_LAYERS")
        self.layers = {}
        self._read_rows(text, block)
        self._read_links(text)

    def _read_rows(self, text, block):
        for quoted in re.finditer(r'"[^"]*"', block[1]):
            line = _line_of(text, block.start(1) + quoted.start())
            row = _ROW.fullmatch(quoted.group())
            if row is None or row[1] not in KINDS:
                raise TableError(f"CMakeLists.txt:{line}: a row is \"KIND folder : folders | packages\" with a KIND of "
                                 f"{' '.join(KINDS)}, not {quoted.group()}")
            if row[2] in self.layers:
                raise TableError(f"CMakeLists.txt:{line}: {row[2]} stands in the table twice")
            self.layers[row[2]] = Layer(row[1], row[2], row[3].split(), row[4].split(), line)
        for layer in self.layers.values():
            for folder in layer.allowed:
                if folder not in self.layers:
                    raise TableError(f"CMakeLists.txt:{layer.line}: {layer.folder} may include {folder}, "
                                     "which has no row of its own")
            for package in layer.packages:
                if package not in PACKAGE_NAMES:
                    raise TableError(f"CMakeLists.txt:{layer.line}: unknown package {package}; "
                                     "scripts/layers/rules.py says which headers a package has")

    def _read_links(self, text):
        self.links = []  # (line, layer's folder, names linked directly)
        self.folder_of_target = {}
        for match in _LINKED.finditer(text):
            folder = match[3] if match[1] == "layer" else str(pathlib.PurePosixPath(match[3]).parent)
            self.links.append((_line_of(text, match.start(2)), folder, (match[4] or "").split()))
            if match[1] == "layer":
                self.folder_of_target[match[2]] = folder

    def folder_of(self, header):
        """The layer that a header written from src/ or from the root lies in, if any."""
        parent = str(pathlib.PurePosixPath(header).parent)
        if parent != ".":
            for folder in (f"src/{parent}", parent):
                if folder in self.layers or (self.root / folder / pathlib.PurePosixPath(header).name).is_file():
                    return folder
        elif "src" in self.layers and (self.root / "src" / header).is_file():
            return "src"
        return None

    def _reachable(self, folder, direct):
        """Folders and packages that a folder gets with its links, and with theirs."""
        found, waiting = set(), list(direct)
        while waiting:
            name = waiting.pop()
            target = self.folder_of_target.get(name)
            item = target or PACKAGE_TARGETS.get(name, name)
            if item not in found:
                found.add(item)
                waiting += [link for _, owner, links in self.links if target and owner == target for link in links]
        return found - {folder}

    def disagreements(self):
        """Yields (line, rule, what) where the table and the link lists say different things."""
        linked = {}
        for line, folder, direct in self.links:
            layer = self.layers.get(folder)
            if layer is None:
                yield line, "table-and-links", f"{folder} is built and has no row in the table"
                continue
            linked.setdefault(folder, set()).update(direct)
            for name in direct:
                item = self.folder_of_target.get(name) or PACKAGE_TARGETS.get(name, name)
                if item not in layer.allowed and item not in layer.packages and item != folder:
                    yield line, "table-and-links", f"{folder} links {name}, which its row does not allow"
        for folder, layer in self.layers.items():
            if folder not in linked:
                yield layer.line, "table-and-links", f"{folder} has a row and is not built"
                continue
            reached = self._reachable(folder, linked[folder])
            for item in layer.allowed + layer.packages:
                # A layer of headers only, or one not begun, needs no link.
                empty = item in self.layers and not any((self.root / item).glob("*.cpp"))
                if item not in reached and not empty:
                    yield layer.line, "table-and-links", f"{folder} may include {item} and does not link it"
