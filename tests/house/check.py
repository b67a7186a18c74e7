# SPDX-License-Identifier: MIT
"""Runs a house check: over the project, or, with --self-test, over small trees that show that it can fail.

A check is a function (root, options) -> findings, one line of text each. Its self-test is a list of Case: a tree,
written to a temporary folder, and what the check must find there.
"""
import argparse
import os
import pathlib
import sys
import tempfile
from dataclasses import dataclass

PROJECT = pathlib.Path(__file__).resolve().parents[2]


@dataclass
class Case:
    shows: str
    files: dict
    finds: str | None  # a part of one finding; None: the tree is good and nothing may be found


def run(check, cases, arguments=()):
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--root", type=pathlib.Path, default=PROJECT)
    parser.add_argument("--self-test", action="store_true")
    for flags, settings in arguments:
        parser.add_argument(*flags, **settings)
    options = parser.parse_args()
    sys.exit(self_test(check, cases, options) if options.self_test else report(check(options.root, options)))


def compiler(options):
    return options.compiler or os.environ.get("CXX") or "c++"


COMPILER = (("--compiler",), {"help": "the compiler to ask; by default $CXX, or c++"})


def report(findings):
    findings = list(findings)
    for finding in findings:
        print(finding)
    return 1 if findings else 0


def self_test(check, cases, options):
    wrong = 0
    for case in cases:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in case.files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            findings = list(check(root, options))
        right = not findings if case.finds is None else any(case.finds in finding for finding in findings)
        wrong += not right
        print(f"{'ok  ' if right else 'FAIL'} {case.shows}")
        if not right:
            print(f"     expected: {case.finds or 'no finding'}")
            print(*(f"     found:    {finding}" for finding in findings), sep="\n")
    assert any(case.finds is None for case in cases) and any(case.finds for case in cases), "needs a good and a bad tree"
    return 1 if wrong else 0
