# SPDX-License-Identifier: MIT
"""What Sonde costs a build: including it, beside <fmt/format.h>; and one more decorated lambda, in time and code.

Times are the compiler's own CPU time, medians of several runs, with those that are compared taken in turns: what else the
machine does then falls on all alike. Run it from anywhere: python3 benchmarks/compile_time.py [--compiler clang++-19]
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile

import sites

INCLUDE = pathlib.Path(__file__).resolve().parents[1] / "include"
BASELINE = "#include <fmt/format.h>\n"
HEADERS = [  # what, its text, most times the baseline
    ("<fmt/format.h>", BASELINE, None),
    ("<sonde/sonde.hpp>", "#include <sonde/sonde.hpp>\n", 2.0),
    ("<sonde/monitored.hpp> and <sonde/sink/null.hpp>", "#include <sonde/monitored.hpp>\n#include <sonde/sink/null.hpp>\n", 1.0),
]
MOST_MS, MOST_BYTES = 25, 1536
FEW, MANY = 1, 101


def compile_once(options, text, level, folder):
    """CPU seconds of compiling `text`, and the object's bytes of code and constants."""
    source, compiled = pathlib.Path(folder) / "measured.cpp", pathlib.Path(folder) / "measured.o"
    source.write_text(text)
    process = subprocess.Popen([options.compiler, "-std=c++20", level, "-I", INCLUDE, "-c", source, "-o", compiled])
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{options.compiler} failed")
    size = subprocess.run(["size", compiled], capture_output=True, text=True, check=True).stdout
    return used.ru_utime + used.ru_stime, int(size.splitlines()[1].split()[0])


def in_turns(options, texts, levels):
    """The median CPU seconds and the bytes for each of `texts`."""
    with tempfile.TemporaryDirectory() as folder:
        runs = [[compile_once(options, text, level, folder) for text, level in zip(texts, levels)]
                for _ in range(options.repetitions)]
    return [(statistics.median(run[i][0] for run in runs), runs[0][i][1]) for i in range(len(texts))]


def lines_of(options, text):
    command = [options.compiler, "-std=c++20", "-E", "-P", "-x", "c++", "-I", INCLUDE, "-"]
    return len(subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout.splitlines())


def headers(options):
    print(f"Including, {options.compiler} -O0\n\n| | ms | ratio | budget | preprocessed lines |\n|---|---|---|---|---|")
    measured = in_turns(options, [text for _, text, _ in HEADERS], ["-O0"] * len(HEADERS))
    for (what, text, most), (seconds, _) in zip(HEADERS, measured):
        ratio = seconds / measured[0][0]
        print(f"| `{what}` | {1000 * seconds:.0f} | {ratio:.2f} | {most or '-'} | {lines_of(options, text)} |")


def one_more_site(options):
    print(f"\nOne more decorated lambda of new types, {options.compiler} -O2, from {FEW} to {MANY}\n")
    print(f"| sink | a site | ms (at most {MOST_MS}) | in <fmt/format.h> at -O0 | bytes (at most {MOST_BYTES}) |\n|---|---|---|---|---|")
    for sink in ("file_sink", "null_sink"):
        for kind in sites.KINDS:
            few, many = (sites.program(kind, count, sink) for count in (FEW, MANY))
            ((unit, _), (short, small), (long, large)) = in_turns(options, [BASELINE, few, many], ["-O0", "-O2", "-O2"])
            each, code = (long - short) / (MANY - FEW), (large - small) / (MANY - FEW)
            print(f"| `{sink}` | {kind.__doc__[0].lower()}{kind.__doc__[1:-1]} | {1000 * each:.1f} | {each / unit:.3f} | {code:.0f} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", default=os.environ.get("CXX") or "g++")
    parser.add_argument("--repetitions", type=int, default=5)
    chosen = parser.parse_args()
    headers(chosen)
    one_more_site(chosen)
