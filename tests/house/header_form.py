# SPDX-License-Identifier: MIT
"""Holds every header against the house's form: licence line, a sentence, the guard, blocks of sorted includes, no macros."""
import re

import check
from headers import INCLUDE, all_headers, includes_of, text_of

SPDX = "// SPDX-License-Identifier: MIT"
MAY_DEFINE = {"sonde/config.hpp", "sonde/version.hpp"}
THIRD_PARTY = ("asio/", "boost/", "fmt/", "curl/")


def guard_of(header):
    return re.sub(r"[/.]", "_", header).upper()


def block_of(name):
    return 0 if name.startswith("sonde/") else 1 if name.startswith(THIRD_PARTY) else 2


def check_opening(lines, guard):
    if not lines or lines[0] != SPDX:
        yield 1, f"must open with {SPDX}"
    if len(lines) < 2 or not re.match(r"// \S", lines[1]):
        yield 2, "must say in one sentence what the header gives"
    code = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("//")]
    if [line for _, line in code[:2]] != [f"#ifndef {guard}", f"#define {guard}"]:
        yield code[0][0] if code else 1, f"must be guarded by {guard}"
    if not code or not code[-1][1].startswith("#endif"):
        yield len(lines), "the guard must close at the end"


def check_includes(lines, includes):
    previous = None
    for include in includes:
        if include.quoted:
            yield include.line, f"\"{include.name}\" must be included as <...>"
        if previous and previous.line == include.line - 1:
            if block_of(previous.name) != block_of(include.name):
                yield include.line, f"a blank line must part <{previous.name}> from <{include.name}>"
            elif previous.name > include.name:
                yield include.line, f"<{include.name}> must stand before <{previous.name}>"
        elif previous and block_of(previous.name) > block_of(include.name) and "#" not in between(lines, previous, include):
            yield include.line, f"<{include.name}> stands in a block after <{previous.name}>"
        previous = include


def between(lines, first, second):
    return "".join(lines[first.line:second.line - 1])


# The umbrella alone, and what a target of ours asks for by defining it.
ASKED_FOR = re.compile(r"#if defined\(SONDE_WITH_\w+\)$")


def check_directives(lines, guard, may_define):
    depth = 0
    asked_for = False
    for number, line in enumerate(lines, 1):
        directive = re.match(r"\s*#\s*(\w+)", line)
        if not directive:
            continue
        match directive[1]:
            case "if" | "ifdef" | "ifndef":
                depth += 1
                asked_for = guard == "SONDE_SONDE_HPP" and depth == 2 and bool(ASKED_FOR.match(line))
            case "endif":
                depth -= 1
            case "include" if depth > 1 and not asked_for and INCLUDE.match(line) and INCLUDE.match(line)[2].startswith("sonde/"):
                yield number, "an internal include must not depend on a condition"
            case "define" if not may_define and line != f"#define {guard}":
                yield number, "only config.hpp and version.hpp may define macros"
            case "pragma" if "once" in line:
                yield number, "the single header needs guards, not #pragma once"


def check_form(root, options):
    for header in all_headers(root):
        text = text_of(root, header)
        lines = text.splitlines()
        findings = [
            *check_opening(lines, guard_of(header)),
            *check_includes(lines, includes_of(text)),
            *check_directives(lines, guard_of(header), header in MAY_DEFINE),
        ]
        for line, finding in findings:
            yield f"include/{header}:{line}: {finding}"


def header(body="", opening=f"{SPDX}\n// Gives a thing.\n", guard="SONDE_SINK_A_HPP"):
    return {"include/sonde/sink/a.hpp": f"{opening}#ifndef {guard}\n#define {guard}\n{body}\n#endif\n"}


CASES = [
    check.Case("a header in form", header(
        "#include <sonde/meta/a.hpp>\n#include <sonde/meta/b.hpp>\n\n#include <fmt/core.h>\n\n#include <string>\n"), None),
    check.Case("config.hpp may define", {"include/sonde/config.hpp":
        f"{SPDX}\n// Gives a switch.\n#ifndef SONDE_CONFIG_HPP\n#define SONDE_CONFIG_HPP\n#define SONDE_X 1\n#endif\n"}, None),
    check.Case("a std header that depends on a condition", header("#if __has_include(<a>)\n#include <a>\n#endif"), None),
    check.Case("no licence", header(opening="// Gives a thing.\n"), "SPDX"),
    check.Case("no sentence", header(opening=f"{SPDX}\n"), "one sentence"),
    check.Case("a guard of another path", header(guard="SONDE_SINK_B_HPP"), "guarded by SONDE_SINK_A_HPP"),
    check.Case("code after the guard", {"include/sonde/a.hpp": header()["include/sonde/sink/a.hpp"] + "int x;\n"}, "close"),
    check.Case("a quoted include", header('#include "b.hpp"'), "as <...>"),
    check.Case("unsorted includes", header("#include <string>\n#include <array>"), "must stand before"),
    check.Case("blocks run together", header("#include <sonde/meta/a.hpp>\n#include <string>"), "blank line"),
    check.Case("blocks in the wrong order", header("#include <string>\n\n#include <sonde/meta/a.hpp>"), "block after"),
    check.Case("what a target asks for, in the umbrella", {"include/sonde/sonde.hpp": f"{SPDX}\n// All.\n"
        "#ifndef SONDE_SONDE_HPP\n#define SONDE_SONDE_HPP\n#if defined(SONDE_WITH_A)\n#include <sonde/meta/a.hpp>\n"
        "#endif\n#endif\n"}, None),
    check.Case("the same elsewhere", header("#if defined(SONDE_WITH_A)\n#include <sonde/meta/a.hpp>\n#endif"),
               "condition"),
    check.Case("a conditional internal include", header("#if 1\n#include <sonde/meta/a.hpp>\n#endif"), "condition"),
    check.Case("a macro", header("#define SONDE_B 1"), "may define"),
    check.Case("pragma once", header("#pragma once"), "guards"),
]

if __name__ == "__main__":
    check.run(check_form, CASES)
