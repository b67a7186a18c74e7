#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs what is missing on Debian or Ubuntu (elsewhere says what to install), builds the tests and runs them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source .ci/packages.sh

sonde_install compiler cmake ninja fmt boost catch2 json python jsonschema pkg-config curl zlib

cmake --preset dev
cmake --build --preset dev --parallel "$(sonde_jobs)"
ctest --preset dev --parallel "$(sonde_jobs)"
