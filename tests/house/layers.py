# SPDX-License-Identifier: MIT
"""Holds the headers' includes against layers.txt: none runs up, no cycle among files or folders.

--draw prints the dependencies there are, as docs/layers.md shows them; --drawing compares that page with them.
"""
import sys

import check
from headers import all_headers, entries, includes_of, room_of, text_of

LAYERS = "tests/house/layers.txt"
PAGE = "docs/layers.md"


def ranks(root):
    return {room: rank for rank, layer in enumerate(entries(root / LAYERS)) for room in layer}


def graph(root):
    """header -> the headers it includes."""
    return {
        header: [include.name for include in includes_of(text_of(root, header)) if include.internal]
        for header in all_headers(root)
    }


def cycle(edges):
    """One cycle of a graph, as the nodes on it; empty if there is none."""
    done, path = set(), []

    def visit(node):
        if node in path:
            return path[path.index(node):] + [node]
        if node in done:
            return []
        path.append(node)
        for following in sorted(edges.get(node, ())):
            if found := visit(following):
                return found
        path.pop()
        done.add(node)
        return []

    for start in sorted(edges):
        if found := visit(start):
            return found
    return []


def rooms(root):
    """folder -> the folders its headers include."""
    edges = {}
    for header, included in graph(root).items():
        edges.setdefault(room_of(header), set()).update(map(room_of, included))
    return {room: targets - {room} for room, targets in edges.items()}


def check_layers(root, options):
    if options.drawing:
        page = root / PAGE
        if not page.exists() or page.read_text() != drawing(root):
            yield f"{PAGE}: not what the code says; write it with: python3 tests/house/layers.py --draw > {PAGE}"
        return
    rank, files = ranks(root), graph(root)
    for header, included in files.items():
        room = room_of(header)
        if room not in rank:
            yield f"include/{header}: {LAYERS} has no layer for {room}"
            continue
        for name in included:
            if name not in files:
                yield f"include/{header}: includes <{name}>, which does not exist"
            elif rank.get(room_of(name), 0) > rank[room]:
                yield f"include/{header}: includes <{name}>, which stands in a higher layer"
    if found := cycle(files):
        yield "files include each other in a cycle: " + " -> ".join(found)
    elif found := cycle(rooms(root)):
        yield "folders depend on each other in a cycle: " + " -> ".join(found)


def drawing(root):
    """The folders' dependencies without those that follow from others, as a page with a Mermaid graph."""
    edges, layers = rooms(root), entries(root / LAYERS)

    def reach(start):
        seen, waiting = set(), list(edges.get(start, ()))
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting.extend(edges.get(node, ()))
        return seen

    lines = ["# Layers", "", "Which part of `include/sonde` needs which; what follows from another arrow is left out.",
             "Generated from the includes by `tests/house/layers.py --draw`, and compared with them by a test.", "",
             "```mermaid", "flowchart TD"]
    for number, layer in enumerate(reversed(layers)):
        if present := [room for room in layer if room in edges]:
            lines += [f"  subgraph layer{len(layers) - number}[\" \"]", *(f"    {name_of(room)}[\"{room}\"]" for room in present), "  end"]
    for room in (room for layer in reversed(layers) for room in layer if room in edges):
        implied = set().union(*(reach(target) for target in edges[room]))
        lines += [f"  {name_of(room)} --> {name_of(target)}" for target in sorted(edges[room] - implied)]
    return "\n".join([*lines, "```", ""])


def name_of(room):
    # `call` and `end` are words of Mermaid.
    return "room_" + room.removesuffix(".hpp")


TWO = {LAYERS: "meta time  # the lowest\nsink\n"}
CASES = [
    check.Case("an include may run down", TWO | {
        "include/sonde/sink/a.hpp": "#include <sonde/meta/b.hpp>\n", "include/sonde/meta/b.hpp": ""}, None),
    check.Case("a layer's folders may use each other one way", TWO | {
        "include/sonde/time/a.hpp": "#include <sonde/meta/b.hpp>\n", "include/sonde/meta/b.hpp": ""}, None),
    check.Case("an include runs up", TWO | {
        "include/sonde/meta/a.hpp": "#include <sonde/sink/b.hpp>\n", "include/sonde/sink/b.hpp": ""}, "higher layer"),
    check.Case("two files include each other", TWO | {
        "include/sonde/meta/a.hpp": "#include <sonde/meta/b.hpp>\n",
        "include/sonde/meta/b.hpp": "#  include <sonde/meta/a.hpp>\n"}, "files include each other"),
    check.Case("two folders of a layer use each other", TWO | {
        "include/sonde/meta/a.hpp": "#include <sonde/time/b.hpp>\n", "include/sonde/time/b.hpp": "",
        "include/sonde/time/c.hpp": "#include <sonde/meta/d.hpp>\n", "include/sonde/meta/d.hpp": ""},
        "folders depend on each other"),
    check.Case("a folder has no layer", TWO | {"include/sonde/attic/a.hpp": ""}, "no layer for attic"),
    check.Case("an included header is missing", TWO | {"include/sonde/meta/a.hpp": "#include <sonde/meta/b.hpp>\n"},
               "does not exist"),
]
DRAWN = TWO | {"include/sonde/sink/a.hpp": "#include <sonde/meta/b.hpp>\n", "include/sonde/meta/b.hpp": ""}
DRAWING_CASES = [
    check.Case("the page is missing", DRAWN, "not what the code says"),
    check.Case("the page is old", DRAWN | {PAGE: "# Layers\n"}, "not what the code says"),
    check.Case("the page is true", DRAWN | {PAGE: """# Layers

Which part of `include/sonde` needs which; what follows from another arrow is left out.
Generated from the includes by `tests/house/layers.py --draw`, and compared with them by a test.

```mermaid
flowchart TD
  subgraph layer2[" "]
    room_sink["sink"]
  end
  subgraph layer1[" "]
    room_meta["meta"]
  end
  room_sink --> room_meta
```
"""}, None),
]

if __name__ == "__main__":
    if "--draw" in sys.argv:
        print(drawing(check.PROJECT), end="")
    else:
        check.run(check_layers, DRAWING_CASES if "--drawing" in sys.argv else CASES,
                  [(("--drawing",), {"action": "store_true"})])
