# SPDX-License-Identifier: MIT
"""Holds what headers cost a build, in preprocessed lines, against budget.txt.

Another standard library has other headers, so the numbers bind on g++ 12 alone; elsewhere the check skips itself (77).
--print shows what every header costs.
"""
import fnmatch
import subprocess

import check
from headers import all_headers, entries
from preprocessed import preprocess

BUDGET = "tests/house/budget.txt"
SKIPPED = 77


def cost(root, options, header):
    return len(preprocess(root, options, header, "-P").splitlines())


def check_budget(root, options):
    if options.print:
        yield from (f"{cost(root, options, header):7} {header}" for header in all_headers(root))
        return
    if not options.self_test and not is_binding(check.compiler(options)):
        print(f"skipped: {check.compiler(options)} is not g++ 12")
        raise SystemExit(SKIPPED)
    headers = all_headers(root)
    limit = {}
    for pattern, lines in entries(root / BUDGET):
        matching = fnmatch.filter(headers, pattern)
        limit |= dict.fromkeys(matching, int(lines))
        if not matching:
            yield f"{BUDGET}: no header is called {pattern}"
    for header, most in sorted(limit.items()):
        if (lines := cost(root, options, header)) > most:
            yield f"include/{header}: {lines} preprocessed lines, {most} at most"


def is_binding(compiler):
    said = subprocess.run([compiler, "-E", "-P", "-x", "c++", "-"], input="__clang__ __GNUC__", capture_output=True, text=True)
    return said.stdout.split() == ["__clang__", "12"]


CASES = [
    check.Case("within budget", {BUDGET: "sonde/a.hpp 3\n", "include/sonde/a.hpp": "int x;\n"}, None),
    check.Case("the last pattern counts", {
        BUDGET: "sonde/*.hpp 0\nsonde/a.hpp 3\n", "include/sonde/a.hpp": "int x;\n"}, None),
    check.Case("over budget", {BUDGET: "sonde/*.hpp 1\n", "include/sonde/a.hpp": "int x;\nint y;\n"}, "2 preprocessed"),
    check.Case("an include is paid for", {
        BUDGET: "sonde/a.hpp 100\n", "include/sonde/a.hpp": "#include <vector>\n"}, "100 at most"),
    check.Case("a header is gone", {BUDGET: "sonde/a.hpp 3\n"}, "no header"),
]

if __name__ == "__main__":
    check.run(check_budget, CASES, [check.COMPILER, (("--print",), {"action": "store_true"})])
