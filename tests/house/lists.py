# SPDX-License-Identifier: MIT
"""Holds the build's explicit lists of files against the tree: a file nobody lists is neither installed, built nor run."""
import re

import check

# list, the lines that name a file in it, where the files are, how a name becomes a file, which files must be named
LISTS = [
    ("include/CMakeLists.txt", r"^\s+(sonde/\S+)$", "include", "{}", "sonde/**/*.hpp"),
    ("tests/CMakeLists.txt", r"^\s*sonde_test\((\S+?)[\s)]", "tests", "{}.test.cpp", "**/*.test.cpp"),
    ("tests/fail/CMakeLists.txt", r"^\s*sonde_fail\((\S+?)[\s)]", "tests/fail", "{}.cpp", "*.cpp"),
    ("docs/examples/CMakeLists.txt", r"^\s*sonde_example\((\S+?)[\s)]", "docs/examples", "{}.cpp", "*.cpp"),
    ("benchmarks/CMakeLists.txt", r"^\s*sonde_benchmark\((\S+?)[\s)]", "benchmarks", "{}.cpp", "**/*.bench.cpp"),
]


def check_lists(root, options):
    for path, line, folder, name, files in LISTS:
        text = (root / path).read_text() if (root / path).exists() else ""
        listed = [name.format(found) for found in re.findall(line, text, re.MULTILINE)]
        present = {file.relative_to(root / folder).as_posix() for file in (root / folder).glob(files)}
        for file in sorted(present - set(listed)):
            yield f"{path}: does not list {folder}/{file}"
        for file in sorted(set(listed)):
            if not (root / folder / file).exists():
                yield f"{path}: lists {folder}/{file}, which does not exist"
            if listed.count(file) > 1:
                yield f"{path}: lists {folder}/{file} twice"
        if path.startswith("include"):
            for each in re.split(r"^target_sources", text, flags=re.MULTILINE):
                if (headers := re.findall(line, each, re.MULTILINE)) != sorted(headers):
                    yield f"{path}: the headers of a target must be sorted"


LISTED = {"include/CMakeLists.txt": "target_sources(sonde FILES\n  sonde/a.hpp\n  sonde/b/c.hpp\n)\n",
          "include/sonde/a.hpp": "", "include/sonde/b/c.hpp": ""}
CASES = [
    check.Case("every header is listed", LISTED, None),
    check.Case("every kind of file is listed", {
        "tests/CMakeLists.txt": "sonde_test(sink/file)\nsonde_test(call/sync THROWS)\n",
        "tests/sink/file.test.cpp": "", "tests/call/sync.test.cpp": "",
        "tests/fail/CMakeLists.txt": "sonde_fail(sink-noexcept)\n", "tests/fail/sink-noexcept.cpp": "",
        "docs/examples/CMakeLists.txt": "sonde_example(first_call)\n", "docs/examples/first_call.cpp": ""}, None),
    check.Case("a header is missing", LISTED | {"include/sonde/z.hpp": ""}, "does not list include/sonde/z.hpp"),
    check.Case("a header is gone", {"include/CMakeLists.txt": "  sonde/a.hpp\n"}, "does not exist"),
    check.Case("headers are out of order", LISTED | {
        "include/CMakeLists.txt": "  sonde/b/c.hpp\n  sonde/a.hpp\n"}, "sorted"),
    check.Case("each target has its headers", {
        "include/CMakeLists.txt": "target_sources(a FILES\n  sonde/b.hpp\n)\ntarget_sources(b FILES\n  sonde/a.hpp\n)\n",
        "include/sonde/a.hpp": "", "include/sonde/b.hpp": ""}, None),
    check.Case("a header is listed for two targets", {
        "include/CMakeLists.txt": "target_sources(a FILES\n  sonde/a.hpp\n)\ntarget_sources(b FILES\n  sonde/a.hpp\n)\n",
        "include/sonde/a.hpp": ""}, "twice"),
    check.Case("a header is listed twice", LISTED | {
        "include/CMakeLists.txt": "  sonde/a.hpp\n  sonde/a.hpp\n  sonde/b/c.hpp\n"}, "twice"),
    check.Case("a test is missing", {"tests/sink/file.test.cpp": ""}, "does not list tests/sink/file.test.cpp"),
    check.Case("an example is missing", {"docs/examples/a.cpp": ""}, "does not list docs/examples/a.cpp"),
    check.Case("a misuse is missing", {"tests/fail/a.cpp": ""}, "does not list tests/fail/a.cpp"),
    check.Case("a misuse is commented out", {
        "tests/fail/CMakeLists.txt": "# sonde_fail(a)\n", "tests/fail/a.cpp": ""}, "does not list tests/fail/a.cpp"),
]

if __name__ == "__main__":
    check.run(check_lists, CASES)
