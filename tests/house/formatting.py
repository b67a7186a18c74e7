# SPDX-License-Identifier: MIT
"""Holds every C++ file against .clang-format. --write formats them."""
import re
import subprocess

import check

FOLDERS = ("include", "tests", "benchmarks", "docs")


def check_format(root, options):
    files = sorted(file for folder in FOLDERS for ending in ("hpp", "cpp") for file in (root / folder).rglob(f"*.{ending}"))
    if not files:
        return
    how = ["-i"] if options.write else ["--dry-run", "--Werror"]
    style = f"--style=file:{check.PROJECT}/.clang-format"
    done = subprocess.run([options.clang_format, style, *how, *files], capture_output=True, text=True)
    places = re.findall(r"^(.+?):(\d+):\d+: error:", done.stderr, re.MULTILINE)
    for file, line in {file: line for file, line in reversed(places)}.items():
        yield f"{file.removeprefix(f'{root}/')}:{line}: not as clang-format has it, from here on; mend it with --write"


CASES = [
    check.Case("in format", {"include/sonde/a.hpp": "int x = 1;\n"}, None),
    check.Case("out of format", {"include/sonde/a.hpp": "int  x=1;\n"}, "a.hpp:1"),
    check.Case("a test out of format", {"tests/a.test.cpp": "int  x=1;\n"}, "a.test.cpp:1"),
    check.Case("no newline at the end", {"docs/examples/a.cpp": "int x;"}, "a.cpp:1"),
]

if __name__ == "__main__":
    check.run(check_format, CASES, [
        (("--clang-format",), {"default": "clang-format-19"}), (("--write",), {"action": "store_true"})])
