# SPDX-License-Identifier: MIT
"""Holds three sets of message ids to be the same: what headers refer to as docs/errors.md#<id>, the sections of
docs/errors.md, and the misuses in tests/fail (<id>.cpp, or <id>.<variant>.cpp)."""
import re

import check
from headers import all_headers, text_of

PAGE = "docs/errors.md"
FAIL = "tests/fail"


def check_messages(root, options):
    # A literal may be broken between the page's name and the id.
    text = "".join(re.sub(r'"\s*"', "", text_of(root, header)) for header in all_headers(root))
    page = (root / PAGE).read_text() if (root / PAGE).exists() else ""
    places = {
        "the headers": set(re.findall(r"docs/errors\.md#([\w-]+)", text)),
        PAGE: set(re.findall(r"^##+ `?([a-z0-9_-]+)`?$", page, re.MULTILINE)),
        FAIL: {file.name.split(".")[0] for file in (root / FAIL).glob("*.cpp")},
    }
    for message in sorted(set().union(*places.values())):
        having = [place for place, messages in places.items() if message in messages]
        for place in sorted(places.keys() - set(having)):
            yield f"{message}: in {' and '.join(having)}, not in {place}"


GOOD = {"include/sonde/a.hpp": 'static_assert(x, "sonde: no. See docs/errors.md#sink-noexcept");\n',
        PAGE: "# Errors\n## How to read this page\n## sink-noexcept\n", FAIL + "/sink-noexcept.member.cpp": ""}
CASES = [
    check.Case("the same everywhere", GOOD, None),
    check.Case("a literal in two pieces", GOOD | {
        "include/sonde/a.hpp": '"See docs/errors.md#"\n    "sink-noexcept"\n'}, None),
    check.Case("no section", GOOD | {PAGE: "# Errors\n"}, "not in docs/errors.md"),
    check.Case("no test", {name: text for name, text in GOOD.items() if not name.startswith(FAIL)}, "not in tests/fail"),
    check.Case("no message", GOOD | {"include/sonde/a.hpp": ""}, "not in the headers"),
]

if __name__ == "__main__":
    check.run(check_messages, CASES)
