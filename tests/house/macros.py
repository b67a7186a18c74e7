# SPDX-License-Identifier: MIT
"""Counts the macros a user of sonde.hpp gets from Sonde, guards aside: all begin with SONDE_, and there are at most five."""
import re

import check
from header_form import guard_of
from headers import all_headers
from preprocessed import preprocess

MOST = 5


def macros(root, options, header):
    """name -> the header that defines it, of the macros left over at the end."""
    found, file = {}, ""
    for line in preprocess(root, options, header, "-dD").splitlines():
        if marker := re.match(r'# \d+ "(.*?)"', line):
            file = marker[1]
        elif directive := re.match(r"#\s*(define|undef)\s+(\w+)", line):
            kind, name = directive.groups()
            if kind == "undef":
                found.pop(name, None)
            elif file.startswith(f"{root}/include/"):
                found[name] = file.removeprefix(f"{root}/include/")
    return {name: home for name, home in found.items() if name != guard_of(home)}


def check_macros(root, options):
    if "sonde/sonde.hpp" not in all_headers(root):
        yield "include/sonde/sonde.hpp: missing"
        return
    found = macros(root, options, "sonde/sonde.hpp")
    for name, home in sorted(found.items()):
        if not name.startswith("SONDE_"):
            yield f"include/{home}: {name} must begin with SONDE_"
    if len(found) > MOST:
        yield f"include/sonde/sonde.hpp: {len(found)} macros, {MOST} at most: {', '.join(sorted(found))}"


def tree(text):
    return {"include/sonde/sonde.hpp":
            f"#ifndef SONDE_SONDE_HPP\n#define SONDE_SONDE_HPP\n#include <climits>\n{text}#endif\n"}


def some(number):
    return "".join(f"#define SONDE_{name} 1\n" for name in "ABCDEF"[:number])


CASES = [
    check.Case("five macros", tree(some(5)), None),
    check.Case("one that is undefined again", tree("#define X 1\n#undef X\n"), None),
    check.Case("six macros", tree(some(6)), "6 macros"),
    check.Case("another prefix", tree("#define PROBE 1\n"), "PROBE must begin"),
    check.Case("no umbrella", {"include/sonde/a.hpp": ""}, "missing"),
]

if __name__ == "__main__":
    check.run(check_macros, CASES, [check.COMPILER])
