# SPDX-License-Identifier: MIT
"""Holds the pages' links to lead somewhere: to a file of the project, and to a heading there where they name one."""
import re

import check
from listings import pages

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def anchors(text):
    """A heading's name as GitHub makes it: lower case, spaces as hyphens, without punctuation."""
    for heading in re.findall(r"^#+ (.*)$", FENCED.sub("", text), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def check_links(root, options):
    for page in pages(root):
        # What stands in code is no link, but lines are counted with it.
        text = FENCED.sub(lambda code: "\n" * code[0].count("\n"), page.read_text())
        for link in LINK.finditer(re.sub(r"`[^`\n]*`", lambda code: " " * len(code[0]), text)):
            target, _, anchor = link[1].partition("#")
            if ":" in target:
                continue
            place = f"{page.relative_to(root).as_posix()}:{text[:link.start()].count(chr(10)) + 1}"
            file = page.parent / target if target else page
            if not file.exists():
                yield f"{place}: there is no {target}"
            elif anchor and anchor not in anchors(file.read_text()):
                yield f"{place}: {target or page.name} has no heading for #{anchor}"


CASES = [
    check.Case("links that lead somewhere", {
        "README.md": "[a](docs/a.md#two-words) [b](https://example.org/x) [c](#here)\n# `Here`\n",
        "docs/a.md": "## Two words\n[up](../README.md) [folder](../docs)\n"}, None),
    check.Case("what is no link", {"README.md": "`[](int n)` and\n```cpp\n[](x)\n```\n"}, None),
    check.Case("a file that is not there", {"README.md": "\n[a](docs/a.md)\n"}, "README.md:2: there is no docs/a.md"),
    check.Case("a heading that is not there", {"README.md": "[a](#there)\n# Here\n"}, "no heading for #there"),
    check.Case("a heading in code", {"README.md": "[a](#here)\n```sh\n# here\n```\n"}, "no heading for #here"),
]

if __name__ == "__main__":
    check.run(check_links, CASES)
