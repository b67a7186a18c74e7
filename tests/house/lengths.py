# SPDX-License-Identifier: MIT
"""Keeps headers short: none over 400 lines, the median at most 120."""
import statistics

import check
from headers import all_headers, text_of

CAP = 400
MEDIAN = 120


def check_lengths(root, options):
    lengths = {header: len(text_of(root, header).splitlines()) for header in all_headers(root)}
    for header, length in lengths.items():
        if length > CAP:
            yield f"include/{header}: {length} lines, {CAP} at most: one concept per header"
    if lengths and (median := statistics.median(lengths.values())) > MEDIAN:
        yield f"include: the median header has {median:g} lines, {MEDIAN} at most"


CASES = [
    check.Case("short headers", {"include/sonde/a.hpp": "\n" * 120, "include/sonde/b.hpp": "\n" * 400,
                                 "include/sonde/c.hpp": "\n"}, None),
    check.Case("a long header", {"include/sonde/a.hpp": "\n" * 401, "include/sonde/b.hpp": "", "include/sonde/c.hpp": ""},
               "401 lines"),
    check.Case("a high median", {"include/sonde/a.hpp": "\n" * 121}, "median"),
]

if __name__ == "__main__":
    check.run(check_lengths, CASES)
