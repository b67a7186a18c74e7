# SPDX-License-Identifier: MIT
"""Compiles a misuse, which must fail with a message that helps.

compile_fail.py misuse.cpp compiler [flags...]: the compiler must refuse the file, the first line with an error must match
the file's `// EXPECT: <regex>` and refer to docs/errors.md#<id>, with the id the file is named after, and the whole
diagnostic may have 20 lines, or as many as the file allows with `// LINES: n, since ...` where the compiler adds what can't be
kept short. With -D FIXED the file is the program as it should be: that one the compiler must take, or
the misuse might fail through something else.
"""
import os
import pathlib
import re
import subprocess
import sys

import check

MOST_LINES = 20


def check_misuse(file, command):
    expected = re.search(r"^// EXPECT: (.+)$", file.read_text(), re.MULTILINE)
    if not expected:
        yield f"{file.name}: needs a line // EXPECT: <regex>"
        return

    def compiled(*flags):
        return subprocess.run([*command, *flags, "-fsyntax-only", str(file)], capture_output=True, text=True,
                              env=os.environ | {"LC_ALL": "C"})

    if "#ifdef FIXED" not in file.read_text():
        yield f"{file.name}: needs the program as it should be, under #ifdef FIXED"
        return
    fixed = compiled("-DFIXED")
    if fixed.returncode != 0:
        yield f"{file.name}: does not compile with FIXED defined either"
        yield fixed.stderr
        return
    done = compiled()
    if done.returncode == 0:
        yield f"{file.name}: compiles"
        return
    lines = done.stderr.splitlines()
    allowed = re.search(r"^// LINES: (\d+), since \S", file.read_text(), re.MULTILINE)
    most = int(allowed[1]) if allowed else MOST_LINES
    first = next((line for line in lines if "error:" in line), "")
    message = f"docs/errors.md#{file.name.split('.')[0]}"
    if not re.search(expected[1], first):
        yield f"{file.name}: the first error does not match {expected[1]}"
    elif not re.search(rf"{re.escape(message)}(?![\w-])", first):
        yield f"{file.name}: the first error does not refer to {message}"
    elif len(lines) > most:
        yield f"{file.name}: {len(lines)} lines of diagnostic, {most} at most"
    else:
        return
    yield done.stderr


def check_tree(root, options):
    for file in sorted((root / "tests/fail").glob("*.cpp")):
        yield from check_misuse(file, [check.compiler(options), "-std=c++20"])


def misuse(text, name="sink-noexcept.cpp", fixed=""):
    return {f"tests/fail/{name}": f"// EXPECT: sonde: no\n#ifdef FIXED\n{fixed}#else\n{text}#endif\n"}


ASSERTION = 'static_assert(sizeof(int) == 0, "sonde: no. See docs/errors.md#sink-noexcept");\n'
CASES = [
    check.Case("it fails as expected", misuse(ASSERTION), None),
    check.Case("a variant", misuse(ASSERTION, "sink-noexcept.x.cpp"), None),
    check.Case("a template's assertion", misuse(
        "template <class T> int f() { " + ASSERTION.replace("int", "T", 1) + "return 0; }\nint x = f<char>();\n"), None),
    check.Case("no expectation", {"tests/fail/sink-noexcept.cpp": ASSERTION}, "needs a line"),
    check.Case("nothing right", {"tests/fail/sink-noexcept.cpp": "// EXPECT: sonde: no\n" + ASSERTION}, "needs the program"),
    check.Case("what is right fails", misuse(ASSERTION, fixed=ASSERTION), "does not compile with FIXED"),
    check.Case("it compiles", misuse("int x;\n"), "compiles"),
    check.Case("it fails for another reason", misuse("#include <no_such_header>\n"), "does not match"),
    check.Case("the reason comes second", misuse("int x = y;\n" + ASSERTION), "does not match"),
    check.Case("another id", misuse(ASSERTION, "sink-no.cpp"), "does not refer"),
    check.Case("a long diagnostic that is allowed", {"tests/fail/sink-noexcept.cpp": "// LINES: 120, since it is a test\n" + misuse(
        ASSERTION + "int x = y;\n" * 10)["tests/fail/sink-noexcept.cpp"]}, None),
    check.Case("a long diagnostic", misuse(ASSERTION + "int x = y;\n" * 20), "lines of diagnostic"),
]

if __name__ == "__main__":
    if "--self-test" in sys.argv:
        check.run(check_tree, CASES, [check.COMPILER])
    else:
        sys.exit(check.report(check_misuse(pathlib.Path(sys.argv[1]), sys.argv[2:])))
