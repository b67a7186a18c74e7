# SPDX-License-Identifier: MIT
"""Compares the instructions of calls made bare with those of the same calls decorated for the null sink.

null_sink.cpp is compiled twice, with and without -D DECORATED, and every function of its namespace `cases` must come out
as the same instructions, calling the same functions. Names of constants and of sections are the compiler's and are not
compared; everything else is, and so are the functions' cold parts.
"""
import platform
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import check

SOURCE = "tests/house/null_sink.cpp"
SKIPPED = 77
OPTIONS = ["-std=c++20", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Wno-unused-function", "-Werror", "-ffunction-sections"]


def check_null_sink(root, options):
    if not shutil.which("objdump") or platform.machine() not in ("x86_64", "AMD64"):
        print("skipped: what is read here is the objdump of an x86-64")
        raise SystemExit(SKIPPED)
    yield from compare(root, check.compiler(options))


def compare(root, compiler):
    bare, decorated = (functions(root, compiler, defined) for defined in ([], ["-DDECORATED"]))
    if isinstance(bare, str) or isinstance(decorated, str):
        yield f"{compiler}: {bare if isinstance(bare, str) else decorated}"
        return
    if not bare:
        yield f"{compiler}: {SOURCE} has no functions in `cases`"
    for name in sorted(bare.keys() | decorated.keys()):
        if bare.get(name) != decorated.get(name):
            yield f"{compiler}: {name} differs" + difference(bare.get(name, []), decorated.get(name, []))


def difference(bare, decorated):
    width = max(map(len, bare), default=0)
    rows = zip(bare + [""] * len(decorated), decorated + [""] * len(bare))
    return "".join(f"\n    {left:{width}} {'|' if left != right else ' '} {right}" for left, right in rows if left or right)


def functions(root, compiler, defined):
    """The functions of `cases` by their name, each a list of instructions; or what the compiler said instead."""
    with tempfile.TemporaryDirectory() as folder:
        compiled = Path(folder) / "null_sink.o"
        command = [compiler, *OPTIONS, *defined, "-I", root / "include", "-c", root / SOURCE, "-o", compiled]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != 0:
            return result.stderr.strip() or "failed"
        text = subprocess.run(["objdump", "-dr", "--no-show-raw-insn", compiled], capture_output=True, text=True, check=True)
    found, body = {}, None
    for line in text.stdout.splitlines():
        if begin := re.match(r"[0-9a-f]+ <(\S+)>:$", line):
            body = found.setdefault(begin[1], []) if begin[1].startswith("_ZN5cases") else None
        elif body is not None and (instruction := re.match(r"\s+[0-9a-f]+:\s+(.*)", line)):
            if instruction[1].startswith("R_") and body:
                body[-1] = re.sub(r"here\S*", "there", body[-1])  # where that is, the relocation says
            body.append(normal(instruction[1]))
    return {name: without_padding(body) for name, body in found.items()}


def normal(instruction):
    instruction = re.sub(r"\s*#.*", "", instruction)
    # A jump's target is known by its place in the function; what lies outside of it, by the relocation that follows.
    instruction = re.sub(r"\b[0-9a-f]+ <[^>+]*(\+0x[0-9a-f]+)?>", r"here\1", instruction)
    if relocation := re.match(r"(R_\w+)\s+(\S+)", instruction):
        target = re.sub(r"^\.(L|rodata|data|bss)\S*", "(constant)", relocation[2])
        return f"    {relocation[1]} {target}"
    return re.sub(r"\s+", " ", instruction).strip()


def without_padding(body):
    while body and re.match(r"(data16 |cs )*(nop|xchg %ax,%ax)", body[-1]):
        body.pop()
    return body


CALL = "int callee(int);\nnamespace cases {\n"
CASES = [
    check.Case("a wrapper that is not there", {SOURCE: CALL + """
#if defined(DECORATED)
template <class F> struct wrapped : F {};
int one(int a) { auto f = wrapped<decltype([](int x) { return callee(x); })>{}; return f(a); }
#else
int one(int a) { auto f = [](int x) { return callee(x); }; return f(a); }
#endif
}"""}, None),
    check.Case("a wrapper that counts", {SOURCE: CALL + """
extern int calls;
#if defined(DECORATED)
int one(int a) { auto f = [](int x) { ++calls; return callee(x); }; return f(a); }
#else
int one(int a) { auto f = [](int x) { return callee(x); }; return f(a); }
#endif
}"""}, "one"),
    check.Case("a wrapper that copies a string once more", {SOURCE: """
#include <string>
std::size_t callee(std::string);
namespace cases {
#if defined(DECORATED)
std::size_t one(std::string const& a) { auto f = [](std::string x) { return callee(static_cast<std::string&&>(x)); }; return f(a); }
#else
std::size_t one(std::string const& a) { return callee(a); }
#endif
}"""}, "one"),
    check.Case("a wrapper that calls another function", {SOURCE: CALL + """
int other(int);
#if defined(DECORATED)
int one(int a) { return other(a); }
#else
int one(int a) { return callee(a); }
#endif
}"""}, "one"),
    check.Case("a case is missing", {SOURCE: CALL + """
int one(int a) { return a; }
#if !defined(DECORATED)
int two(int a) { return callee(a); }
#endif
}"""}, "two"),
    check.Case("it does not compile", {SOURCE: "int x = \"\";\n"}, "error"),
    check.Case("nothing is compared", {SOURCE: "int x;\n"}, "no functions"),
]

if __name__ == "__main__":
    check.run(check_null_sink, CASES, [check.COMPILER])
