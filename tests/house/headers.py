# SPDX-License-Identifier: MIT
"""What the house checks read off the headers: where they are, what they include, where they stand in the layers."""
import re
from dataclasses import dataclass

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


@dataclass
class Include:
    line: int
    quoted: bool
    name: str

    @property
    def internal(self):
        return self.name.startswith("sonde/")


def all_headers(root):
    """The library's headers, as <...> names them, sorted."""
    include = root / "include"
    return sorted(path.relative_to(include).as_posix() for path in (include / "sonde").rglob("*.hpp"))


def text_of(root, header):
    return (root / "include" / header).read_text()


def includes_of(text):
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if match := INCLUDE.match(line):
            found.append(Include(number, match[1] == '"', match[2]))
    return found


def room_of(header):
    """The folder a header lives in; a header at the top is its own room."""
    return header.split("/")[1]


def entries(path):
    """The lines of one of the text files beside the checks, without comments and blanks."""
    lines = (line.split("#", 1)[0].split() for line in path.read_text().splitlines())
    return [line for line in lines if line]
