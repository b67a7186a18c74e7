# SPDX-License-Identifier: MIT
"""Holds every C++ listing of the documentation to be a file that is built, or a part of one.

The line above a listing names its file in a comment: <!-- docs/examples/tour.cpp -->, or <!-- docs/examples/tour.cpp#hooks -->
for what stands there between two lines `// [hooks]`. The licence line, such marks and `// EXPECT:` are left out.
--write brings the listings up to date.
"""
import re
import textwrap

import check

LISTING = re.compile(r"(?:^(?P<mark><!-- (?P<file>\S+?)(?:#(?P<part>[\w-]+))? -->)\n+)?^```(?:cpp|c\+\+|C\+\+|cc|hpp)\n(?P<text>.*?)^```$",
                     re.MULTILINE | re.DOTALL)
BUILT = ("docs/examples/", "tests/", "include/", "benchmarks/")
LEFT_OUT = re.compile(r"^\s*// (\[[\w-]+\]|EXPECT:.*|SPDX-.*)$")


def pages(root):
    named = [root / name for name in ("README.md", "CONTRIBUTING.md", "benchmarks/README.md")]
    return [page for page in named if page.exists()] + sorted((root / "docs").rglob("*.md"))


def source(root, file, part):
    """The text a listing must have; raises LookupError with the reason if there is none."""
    if not file.startswith(BUILT) or not (root / file).exists():
        raise LookupError(f"{file} is not a file that is built")
    lines = (root / file).read_text().splitlines()
    if part:
        marks = [number for number, line in enumerate(lines) if line.strip() == f"// [{part}]"]
        if len(marks) != 2:
            raise LookupError(f"{file} has {len(marks)} lines // [{part}], not two")
        lines = lines[marks[0] + 1:marks[1]]
    kept = (line for line in lines if not LEFT_OUT.match(line))
    return textwrap.dedent("\n".join(kept)).strip("\n") + "\n"


def check_listings(root, options):
    for page in pages(root):
        text = page.read_text()
        name = page.relative_to(root).as_posix()
        for listing in LISTING.finditer(text):
            place = f"{name}:{text[:listing.start('text')].count(chr(10))}"
            if not listing["mark"]:
                yield f"{place}: the line above must name the file this is from: <!-- docs/examples/….cpp -->"
                continue
            try:
                if source(root, listing["file"], listing["part"]) != listing["text"]:
                    yield f"{place}: differs from {listing['file']}; bring it up to date with tests/house/listings.py --write"
            except LookupError as reason:
                yield f"{place}: {reason.args[0]}"


def write(root):
    def renewed(listing):
        if not listing["mark"]:
            return listing[0]
        before, after = (listing.start("text") - listing.start(), listing.end("text") - listing.start())
        return listing[0][:before] + source(root, listing["file"], listing["part"]) + listing[0][after:]

    for page in pages(root):
        text = page.read_text()
        if (new := LISTING.sub(renewed, text)) != text:
            page.write_text(new)


def check_or_write(root, options):
    if options.write:
        write(root)
    return check_listings(root, options)


FILE = "// SPDX-License-Identifier: MIT\n#include <a>\n\nint main() {\n    // [part]\n    one();\n    if (two)\n        three();\n    // [part]\n}\n"
WHOLE = "#include <a>\n\nint main() {\n    one();\n    if (two)\n        three();\n}\n"
PART = "one();\nif (two)\n    three();\n"


def page(mark, text):
    return {"docs/examples/a.cpp": FILE, "docs/tour.md": f"# Tour\n\n{mark}```cpp\n{text}```\nand\n```sh\nls\n```\n"}


CASES = [
    check.Case("a whole file", page("<!-- docs/examples/a.cpp -->\n", WHOLE), None),
    check.Case("a part", page("<!-- docs/examples/a.cpp#part -->\n", PART), None),
    check.Case("a listing from nowhere", page("", WHOLE), "must name the file"),
    check.Case("a listing that differs", page("<!-- docs/examples/a.cpp -->\n", WHOLE + "four();\n"), "differs"),
    check.Case("a part that differs", page("<!-- docs/examples/a.cpp#part -->\n", "one();\n"), "differs"),
    check.Case("an unknown part", page("<!-- docs/examples/a.cpp#other -->\n", PART), "0 lines // [other]"),
    check.Case("an unknown file", page("<!-- docs/examples/b.cpp -->\n", PART), "not a file that is built"),
    check.Case("a listing in README.md", {"README.md": "```cpp\nint x;\n```\n"}, "README.md:1"),
]

if __name__ == "__main__":
    check.run(check_or_write, CASES, [(("--write",), {"action": "store_true"})])
