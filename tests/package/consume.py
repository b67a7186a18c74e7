# SPDX-License-Identifier: MIT
"""Builds and runs main.cpp, or http.cpp, outside the tree, with Sonde got in one of the ways a user may get it.

consume.py way --source <Sonde's sources> --prefix <where it is installed> --compiler <compiler>
           --generator <of CMake> [--flags "..."]
The installed tree is copied to another place first: it must work there.
"""
import argparse
import os
import pathlib
import shlex
import shutil
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Wsign-conversion", "-Werror"]


def run(*command, **settings):
    print("+", shlex.join(map(str, command)), flush=True)
    return subprocess.run(command, check=True, **settings)


def with_cmake(folder, options, way, *definitions):
    shutil.copy(HERE / way / "CMakeLists.txt", folder)
    run("cmake", "-S", folder, "-B", folder / "build", "-G", options.generator,
        f"-DCMAKE_CXX_COMPILER={options.compiler}", f"-DCMAKE_CXX_FLAGS={options.flags}", "-DCMAKE_BUILD_TYPE=Debug",
        *definitions)
    run("cmake", "--build", folder / "build")
    return folder / "build" / "consumer"


def with_compiler(folder, options, *flags, program="main.cpp"):
    run(*shlex.split(options.compiler), "-std=c++20", *WARNINGS, *shlex.split(options.flags), folder / program,
        *flags, "-o", folder / "consumer")
    return folder / "consumer"


def find_package(folder, options):
    return with_cmake(folder, options, "find_package", f"-DCMAKE_PREFIX_PATH={folder / 'moved'}")


def add_subdirectory(folder, options):
    return with_cmake(folder, options, "add_subdirectory", f"-DSONDE_FROM={options.source}")


def find_package_http(folder, options):
    return with_cmake(folder, options, "find_package_http", f"-DCMAKE_PREFIX_PATH={folder / 'moved'}")


def pkg_config_says(folder, package):
    paths = os.pathsep.join(str(path.parent) for path in (folder / "moved").rglob(f"{package}.pc"))
    said = run("pkg-config", "--cflags", "--libs", package, env=os.environ | {"PKG_CONFIG_PATH": paths},
               stdout=subprocess.PIPE, text=True).stdout
    return shlex.split(said)


def pkg_config(folder, options):
    return with_compiler(folder, options, *pkg_config_says(folder, "sonde"))


def pkg_config_http(folder, options):
    return with_compiler(folder, options, *pkg_config_says(folder, "sonde-http"), program="http.cpp")


def single_header(folder, options):
    (folder / "sonde").mkdir()
    shutil.copy(options.source / "single_include/sonde/sonde.hpp", folder / "sonde")
    return with_compiler(folder, options, f"-I{folder}", "-lfmt")


def single_header_http(folder, options):
    shutil.copytree(options.source / "single_include/sonde", folder / "sonde")
    return with_compiler(folder, options, f"-I{folder}", "-DSONDE_WITH_HTTP", "-lfmt", "-lcurl", "-lz", program="http.cpp")


def main():
    ways = {way.__name__: way for way in (
        find_package, add_subdirectory, pkg_config, single_header, find_package_http, pkg_config_http, single_header_http)}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=ways)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--prefix", type=pathlib.Path, required=True)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--generator", required=True)
    parser.add_argument("--flags", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        shutil.copy(HERE / "main.cpp", folder)
        shutil.copy(HERE / "http.cpp", folder)
        shutil.copytree(options.prefix, folder / "moved")
        run(ways[options.way](folder, options), cwd=folder)


if __name__ == "__main__":
    main()
