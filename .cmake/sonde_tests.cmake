# SPDX-License-Identifier: MIT
# How a test, an example and a benchmark are declared: one line each, named after its file.
include(CheckCXXSourceCompiles)

# The whole suite needs exceptions; a build without them runs what can do without.
check_cxx_source_compiles("int main() { try { throw 1; } catch (int) {} }" SONDE_HAVE_EXCEPTIONS)

# A program `target` from `source`, run as a test of the same name in a folder of its own, so that no two share a file.
function(sonde_program target source label)
  cmake_parse_arguments(PARSE_ARGV 3 program "" "" "LINK;ARGS")
  add_executable(${target} "${source}")
  target_link_libraries(${target} PRIVATE sonde::sonde sonde.warnings ${program_LINK})
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/run/${target}")
  file(MAKE_DIRECTORY "${folder}")
  add_test(NAME ${target} COMMAND ${target} ${program_ARGS} WORKING_DIRECTORY "${folder}")
  set_tests_properties(${target} PROPERTIES LABELS ${label} TIMEOUT 300)
endfunction()

# sonde_test(sink/file [THROWS] [LINK libraries...]): sonde.tests.sink.file, from sink/file.test.cpp.
# THROWS: the test itself throws or catches, so it is left out of a build without exceptions.
function(sonde_test path)
  cmake_parse_arguments(PARSE_ARGV 1 test "THROWS" "" "LINK")
  if(test_THROWS AND NOT SONDE_HAVE_EXCEPTIONS)
    return()
  endif()
  string(REPLACE "/" "." name "${path}")
  sonde_program(sonde.tests.${name} ${path}.test.cpp unit LINK sonde.tests.frame ${test_LINK})
endfunction()

# sonde_example(first_call [ARGS arguments...]): sonde.examples.first_call, from first_call.cpp.
function(sonde_example path)
  if(SONDE_HAVE_EXCEPTIONS)
    string(REPLACE "/" "." name "${path}")
    sonde_program(sonde.examples.${name} ${path}.cpp example ${ARGN})
  endif()
endfunction()

# sonde_benchmark(null_sink.bench [ARGS arguments...]): sonde.benchmarks.null_sink, from null_sink.bench.cpp. As a test it
# runs once, briefly: that it works, not how fast.
function(sonde_benchmark path)
  if(SONDE_HAVE_EXCEPTIONS)
    string(REGEX REPLACE "\\.bench$" "" name "${path}")
    string(REPLACE "/" "." name "${name}")
    sonde_program(sonde.benchmarks.${name} ${path}.cpp benchmark ${ARGN})
  endif()
endfunction()
