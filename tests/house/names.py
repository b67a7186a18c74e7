# SPDX-License-Identifier: MIT
"""Refuses names that say nothing, folders outside the layout, marks of unfinished work, and tests that sleep."""
import re

import check

TOP = {"include", "single_include", "tests", "benchmarks", "docs"}
VAGUE = r"(details?|utils?|utilities|utility|commons?|helpers?|cores?|misc|miscellaneous|stuff|impl|internals?|base)"
VAGUE_FILE = re.compile(rf"^{VAGUE}$")
VAGUE_NAMESPACE = re.compile(rf"\bnamespace\s+(?:\w+::)*{VAGUE}\b")
# Written so that this file does not match itself.
UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|X[X]X|stu[b]|placeholde[r]|not implemente[d])\b")
SLEEP = re.compile(r"\b(sleep_fo[r]|sleep_unti[l]|uslee[p]|nanoslee[p])\b")
TEXT = {".hpp", ".cpp", ".py", ".md", ".txt", ".cmake", ".sh", ".json", ".in"}


def check_names(root, options):
    for entry in sorted(root.iterdir()):
        if entry.is_dir() and not entry.name.startswith(".") and entry.name not in TOP:
            yield f"{entry.name}/: not one of the project's folders ({', '.join(sorted(TOP))})"
    for path in sorted(path for top in TOP for path in (root / top).rglob("*")):
        name = path.relative_to(root).as_posix()
        if "__pycache__" in name:
            continue
        if VAGUE_FILE.match(path.name.split(".")[0]):
            yield f"{name}: a vague name; name the thing, or put it where it is used"
        if path.suffix in TEXT and path.is_file():
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if name.startswith("include/") and VAGUE_NAMESPACE.search(line):
                    yield f"{name}:{number}: a vague namespace; the one for a header's own tools is sonde::<folder>_impl"
                if found := UNFINISHED.search(line):
                    yield f"{name}:{number}: unfinished: {found[0]}"
                if name.startswith("tests/") and (found := SLEEP.search(line)):
                    yield f"{name}:{number}: {found[0]}: wait for the condition, or use the manual clock"


CASES = [
    check.Case("names that say something", {
        "include/sonde/sink/file.hpp": "namespace sonde::sink_impl {}\n", "docs/tour.md": "", ".ci/run": ""}, None),
    check.Case("a vague folder", {"include/sonde/detail/file.hpp": ""}, "vague name"),
    check.Case("a vague file", {"tests/support/utils.hpp": ""}, "vague name"),
    check.Case("a vague namespace", {"include/sonde/a.hpp": "namespace sonde::detail {\n"}, "vague namespace"),
    check.Case("a nested vague namespace", {"include/sonde/a.hpp": "inline namespace impl {\n"}, "vague namespace"),
    check.Case("another top-level folder", {"src/a.cpp": ""}, "src/: not one of"),
    check.Case("unfinished work", {"docs/a.md": "TO" + "DO: more\n"}, "unfinished"),
    check.Case("a test sleeps", {"tests/a.test.cpp": "std::this_thread::sleep_" + "for(1s);\n"}, "wait for the condition"),
]

if __name__ == "__main__":
    check.run(check_names, CASES)
