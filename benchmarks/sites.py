# SPDX-License-Identifier: MIT
"""Programs with any number of decorated lambdas, no two of the same types, to measure what one more costs to build."""
import itertools

ARGUMENTS = ["int", "double", "std::string_view", "long", "unsigned", "float", "std::string const&", "bool"]
COMBINATIONS = list(itertools.product(ARGUMENTS, repeat=3))


def scalars(i):
    """Takes text, numbers and truths, in an order of its own."""
    a, b, c = COMBINATIONS[(i * 37 + 5) % len(COMBINATIONS)]
    return (f"int site{i}(monitor& mon, {a} x, {b} y, {c} z) {{\n"
            f'    auto f = sonde::monitored<"site{i}", sonde::tool, sonde::args<"x", "y", "z">>(mon, []({a}, {b}, {c}) {{ return {i}; }});\n'
            f"    return f(x, y, z);\n}}\n")


def structs(i):
    """Takes and returns structs that nothing else knows."""
    return (f"struct in{i} {{ int a; }};\nstruct out{i} {{ int a; }};\n"
            f"int site{i}(monitor& mon, in{i} const& x) {{\n"
            f'    auto f = sonde::monitored<"site{i}", sonde::tool, sonde::args<"x", "y">>(mon, [](in{i} const& v, int) {{ return out{i}{{v.a}}; }});\n'
            f"    return f(x, 2).a;\n}}\n")


def enums(i):
    """Takes an enumeration that nothing else knows."""
    return (f"enum class choice{i} {{ first, second, third }};\n"
            f"int site{i}(monitor& mon, choice{i} x) {{\n"
            f'    auto f = sonde::monitored<"site{i}", sonde::tool, sonde::args<"x", "y">>(mon, [](choice{i} v, int) {{ return static_cast<int>(v); }});\n'
            f"    return f(x, 2);\n}}\n")


KINDS = [scalars, structs, enums]


def program(kind, count, sink):
    """`count` sites of a kind, each called once, for a monitor of `sink`."""
    head = f"#include <sonde/sonde.hpp>\n\nusing monitor = sonde::monitor<sonde::{sink}>;\n\n"
    return head + "\n".join(kind(i) for i in range(count))
