# SPDX-License-Identifier: MIT
"""Holds what one more decorated lambda of new types adds to a program, in bytes of code and constants, against its budget.

Counted at -O2 with `size`, exception tables and cold parts included, between a program with one such site and one with 41.
How long that takes to compile is for benchmarks/compile_time.py to show: a time is no test.
"""
import pathlib
import subprocess
import sys
import tempfile

import check

MOST = 1536
FEW, MANY = 1, 41


def check_code_size(root, options):
    sys.path.insert(0, str(root / "benchmarks"))
    sys.modules.pop("sites", None)
    import sites
    sys.path.pop(0)
    for kind in sites.KINDS:
        few, many = (bytes_of(root, options, sites.program(kind, count, "file_sink")) for count in (FEW, MANY))
        each = (many - few) // (MANY - FEW)
        if options.print:
            yield f"{each:6} {kind.__name__}"
        elif each > MOST:
            yield f"{kind.__name__}: one more site is {each} bytes, {MOST} at most"


def bytes_of(root, options, text):
    with tempfile.TemporaryDirectory() as folder:
        compiled = pathlib.Path(folder) / "sites.o"
        command = [check.compiler(options), "-std=c++20", "-O2", "-I", root / "include", "-x", "c++", "-c", "-", "-o", compiled]
        subprocess.run(command, input=text, text=True, check=True)
        size = subprocess.run(["size", compiled], capture_output=True, text=True, check=True)
    return int(size.stdout.splitlines()[1].split()[0])


# No two alike, or the compiler makes one of them.
def sites_of(statement):
    return ("def one(i): ...\nKINDS = [one]\ndef program(kind, count, sink):\n"
            f"    return 'int f(int);\\n' + ''.join('int site' + str(i) + '(int x) {{ x += ' + str(i) + '; {statement} }}\\n' for i in range(count))\n")


CASES = [
    check.Case("a site that only calls", {"benchmarks/sites.py": sites_of("return f(x);")}, None),
    check.Case("a site that is too large", {"benchmarks/sites.py": sites_of("return " + "f(x) + " * 400 + "x;")}, "at most"),
]

if __name__ == "__main__":
    check.run(check_code_size, CASES, [check.COMPILER, (("--print",), {"action": "store_true"})])
