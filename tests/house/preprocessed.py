# SPDX-License-Identifier: MIT
"""What a compiler sees of a header: the house checks on build cost ask it here."""
import subprocess

import check


def preprocess(root, options, header, *flags):
    """The output of the preprocessor for a translation unit that includes only this header."""
    command = [check.compiler(options), "-std=c++20", f"-I{root}/include", *flags, "-E", "-x", "c++", "-"]
    done = subprocess.run(command, input=f"#include <{header}>\n", capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"include/{header} does not get through the preprocessor:\n{done.stderr}")
    return done.stdout
