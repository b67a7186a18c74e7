# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Sourced by docs/quickstart.sh, tests/run.sh and .ci/run: installs what a machine lacks, and nothing else.

# What there may be to install: a name for people, and its package with Debian and Ubuntu, Fedora, Arch, Homebrew.
sonde_things='
compiler   | g++ 12 or clang 16, or later | g++             | gcc-c++       | gcc           | gcc
cmake      | CMake 3.25 or later          | cmake           | cmake         | cmake         | cmake
ninja      | Ninja                        | ninja-build     | ninja-build   | ninja         | ninja
fmt        | fmt 9 or later               | libfmt-dev      | fmt-devel     | fmt           | fmt
boost      | Boost 1.74 or later (Hana)   | libboost1.81-dev libboost-dev | boost-devel | boost | boost
catch2     | Catch2 2.13 or later         | catch2          | catch-devel   | catch2        | catch2
json       | nlohmann/json 3              | nlohmann-json3-dev | json-devel | nlohmann-json | nlohmann-json
python     | Python 3.10 or later         | python3         | python3       | python        | python
jsonschema | jsonschema 4 for Python      | python3-jsonschema | python3-jsonschema | python-jsonschema |
curl       | libcurl 7.68 or later        | libcurl4-openssl-dev | libcurl-devel | curl      | curl
zlib       | zlib                         | zlib1g-dev      | zlib-devel    | zlib          | zlib
pkg-config | pkg-config                   | pkg-config      | pkgconf-pkg-config | pkgconf  | pkgconf
'

# field <thing> <column>
sonde_field() {
  awk -F ' *[|] *' -v thing="$1" -v column="$2" '$1 == thing { sub(/ +$/, "", $column); print $column }' <<<"$sonde_things"
}

# Does the compiler find a header? Before there is a compiler, the usual places must do.
sonde_has_header() {
  [[ -e /usr/include/$1 || -e /usr/local/include/$1 ]] ||
    printf '#if !__has_include(<%s>)\n#error\n#endif\n' "$1" | "${CXX:-c++}" -E -x c++ - >/dev/null 2>&1
}

sonde_has() {
  case $1 in
    compiler)
      printf '#if __clang__ ? __clang_major__ < 16 : __GNUC__ < 12\n#error\n#endif\n#include <version>\n' |
        "${CXX:-c++}" -E -x c++ -std=c++20 - >/dev/null 2>&1 ;;
    cmake)
      cmake --version 2>/dev/null | awk '/^cmake version/ { split($3, v, "."); ok = v[1] * 1000 + v[2] >= 3025 } END { exit !ok }' ;;
    ninja) command -v ninja >/dev/null ;;
    fmt) sonde_has_header fmt/core.h ;;
    boost) sonde_has_header boost/hana.hpp ;;
    catch2) sonde_has_header catch2/catch.hpp || sonde_has_header catch2/catch_test_macros.hpp ;;
    json) sonde_has_header nlohmann/json.hpp ;;
    python) python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1 ;;
    jsonschema)
      local python
      for python in python3 /usr/bin/python3; do
        "$python" -c 'import jsonschema; jsonschema.Draft202012Validator' >/dev/null 2>&1 && return
      done
      return 1 ;;
    curl)
      sonde_has_header curl/curl.h || sonde_has_header "$(uname -m)-linux-gnu/curl/curl.h" ;;
    zlib) sonde_has_header zlib.h ;;
    pkg-config) command -v pkg-config >/dev/null ;;
  esac
}

# What is missing of the things named, a line each.
sonde_missing() {
  local thing
  for thing in "$@"; do
    sonde_has "$thing" || echo "$thing"
  done
}

# Where apt-get does not do it: which packages it takes here, and out.
sonde_give_up() {
  local column=0 how='' thing
  if command -v apt-get >/dev/null; then column=3 how='apt-get install'
  elif command -v dnf >/dev/null; then column=4 how='dnf install'
  elif command -v pacman >/dev/null; then column=5 how='pacman -S'
  elif command -v brew >/dev/null; then column=6 how='brew install'
  fi
  {
    echo "$1 What is needed:"
    shift
    for thing in "$@"; do
      echo "  $(sonde_field "$thing" 2)"
    done
    if [[ $how ]]; then
      for thing in "$@"; do
        sonde_field "$thing" $column
      done | awk -v how="$how" 'BEGIN { printf "To install it: %s", how } { printf " %s", $1 } END { print "" }'
    fi
  } >&2
  exit 2
}

# apt-get as root; asks nothing where nobody can answer.
sonde_apt() {
  local as_root=()
  if ((EUID != 0)); then
    as_root=(sudo)
    [[ -t 0 ]] || as_root+=(-n)
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q "$@" </dev/null
}

# Once in a run is enough, also when one script calls another: .ci/run names a file that remembers.
sonde_apt_update() {
  if [[ -z ${SONDE_APT_UPDATED:-} || ! -s ${SONDE_APT_UPDATED:-} ]]; then
    sonde_apt update
    if [[ ${SONDE_APT_UPDATED:-} ]]; then
      date >"$SONDE_APT_UPDATED"
    fi
  fi
}

# The first of some packages that can be installed here.
sonde_first_available() {
  local package
  for package in "$@"; do
    if apt-cache show "$package" >/dev/null 2>&1; then
      echo "$package"
      return
    fi
  done
  echo "$1"
}

# sonde_install thing...: installs those that are missing, or says what to install and exits with 2.
sonde_install() {
  local missing packages=() thing answer
  mapfile -t missing < <(sonde_missing "$@")
  if ((${#missing[@]} == 0)); then
    return
  fi
  if ! command -v apt-get >/dev/null; then
    sonde_give_up 'Some things are missing here, and there is no apt-get to install them with.' "${missing[@]}"
  fi
  if ((EUID != 0)) && ! command -v sudo >/dev/null; then
    sonde_give_up 'Some things are missing here, and installing them takes root or sudo.' "${missing[@]}"
  fi
  sonde_apt_update
  for thing in "${missing[@]}"; do
    # shellcheck disable=SC2046  # the column is a list
    packages+=("$(sonde_first_available $(sonde_field "$thing" 3))")
  done
  echo "Missing here, so installing with apt-get: ${packages[*]}"
  if [[ -t 0 && -t 1 ]]; then
    read -r -p 'Go ahead? [Y/n] ' answer
    [[ $answer != [nN]* ]] || sonde_give_up 'Nothing was installed.' "${missing[@]}"
  fi
  sonde_apt install --yes --no-install-recommends "${packages[@]}"
  mapfile -t missing < <(sonde_missing "$@")
  if ((${#missing[@]} != 0)); then
    sonde_give_up "The packages of this system are older than Sonde needs (CXX=… names another compiler)." "${missing[@]}"
  fi
}

sonde_jobs() { getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2; }
