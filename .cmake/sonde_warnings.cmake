# SPDX-License-Identifier: MIT
# The warnings Sonde is clean under, for its own tests, examples and benchmarks: no user inherits them.
add_library(sonde.warnings INTERFACE)
if(MSVC)
  target_compile_options(sonde.warnings INTERFACE /W4 /permissive-)
else()
  target_compile_options(sonde.warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion)
endif()
