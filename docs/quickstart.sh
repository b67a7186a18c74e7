#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs what is missing on Debian or Ubuntu (elsewhere says what to install), builds the research agent and runs it:
# quickstart.sh [question] [folder of text files]
set -euo pipefail
from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source .ci/packages.sh

sonde_install compiler cmake ninja fmt boost json

cmake -S . -B .build/quickstart -G Ninja -D CMAKE_BUILD_TYPE=Release \
  -D SONDE_BUILD_TESTS=OFF -D SONDE_BUILD_BENCHMARKS=OFF -D SONDE_BUILD_EXAMPLES=ON
cmake --build .build/quickstart --target sonde.examples.research_agent

if (($# >= 2)) && [[ $2 != /* ]]; then
  set -- "$1" "$from/$2" "${@:3}"
fi
exec .build/quickstart/docs/examples/sonde.examples.research_agent --events .build/quickstart/events.jsonl "$@"
