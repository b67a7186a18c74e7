# SPDX-License-Identifier: MIT
"""Refuses absolute paths in what is installed (--root: the prefix): the tree must work wherever it is moved."""
import re

import check

ABSOLUTE = re.compile(r'(?:^|(?<=[\s"=;:I]))/[\w.+-]+/[\w.+/-]+')


def check_relocatable(root, options):
    described = [path for ending in ("pc", "cmake") for path in sorted(root.rglob(f"*.{ending}"))]
    for ending in (".pc", "Config.cmake", "Targets.cmake"):
        if not any(path.name == f"sonde{ending}" for path in described):
            yield f"sonde{ending}: not installed"
    for path in described:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if not line.lstrip().startswith("#") and (found := ABSOLUTE.search(line)):
                yield f"{path.relative_to(root)}:{number}: an absolute path: {found[0]}"


def tree(pc, targets=""):
    return {"share/pkgconfig/sonde.pc": pc, "share/cmake/sonde/sondeTargets.cmake": targets,
            "share/cmake/sonde/sondeConfig.cmake": 'include("${CMAKE_CURRENT_LIST_DIR}/sondeTargets.cmake")\n'}


CASES = [
    check.Case("paths from the file's own place", tree(
        "prefix=${pcfiledir}/../..\nCflags: -I${prefix}/include\n", 'set(x "${_IMPORT_PREFIX}/include/sonde/a.hpp")\n'), None),
    check.Case("a fixed prefix", tree("prefix=/usr/local\n"), "sonde.pc:1"),
    check.Case("a fixed folder of headers", tree("Cflags: -I/opt/sonde/include\n"), "sonde.pc:1"),
    check.Case("a fixed path in the targets", tree("", 'INTERFACE_INCLUDE_DIRECTORIES "/opt/sonde/include"\n'),
               "sondeTargets.cmake:1"),
    check.Case("no pkg-config file", {}, "sonde.pc: not installed"),
]

if __name__ == "__main__":
    check.run(check_relocatable, CASES)
