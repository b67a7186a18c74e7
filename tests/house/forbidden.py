# SPDX-License-Identifier: MIT
"""Keeps expensive headers out of the front doors, as forbidden.txt lists them."""
import re

import check
from headers import all_headers, entries
from preprocessed import preprocess

FORBIDDEN = "tests/house/forbidden.txt"


def check_forbidden(root, options):
    present = all_headers(root)
    for header, *names in entries(root / FORBIDDEN):
        if header not in present:
            yield f"{FORBIDDEN}: no header is called {header}"
            continue
        chain = {}  # file -> how it got in, read off the compiler's line markers
        stack = []
        for file, flags in re.findall(r'^# \d+ "(.*?)"((?: \d)*)$', preprocess(root, options, header), re.MULTILINE):
            if "1" in flags.split():
                stack.append(file)
                chain.setdefault(file, list(stack))
            elif "2" in flags.split() and stack:
                stack.pop()
        for name in names:
            for file in sorted(file for file in chain if file.endswith(f"/{name}") and not is_part(file, name)):
                way = " -> ".join(step.removeprefix(f"{root}/") for step in chain[file])
                yield f"include/{header}: brings in <{name}>: {way}"


def is_part(file, name):
    # <experimental/memory>, <backward/...> and the like end in the same word but are other headers.
    return file.removesuffix(f"/{name}").endswith(("/experimental", "/backward", "/parallel", "/debug", "/pstl", "/tr1"))


def tree(forbidden, text):
    return {FORBIDDEN: forbidden, "include/sonde/a.hpp": text, "include/sonde/b.hpp": "#include <vector>\n"}


CASES = [
    check.Case("nothing forbidden", tree("sonde/a.hpp regex\n", "#include <sonde/b.hpp>\n"), None),
    check.Case("a forbidden header", tree("sonde/a.hpp regex\n", "#include <regex>\n"), "brings in <regex>"),
    check.Case("one that comes through another", tree("sonde/a.hpp vector\n", "#include <sonde/b.hpp>\n"),
               "include/sonde/a.hpp -> include/sonde/b.hpp -> "),
    check.Case("the header is gone", tree("sonde/c.hpp regex\n", ""), "no header"),
]

if __name__ == "__main__":
    check.run(check_forbidden, CASES, [check.COMPILER])
