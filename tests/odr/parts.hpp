// SPDX-License-Identifier: MIT
// The parts of the program: each is a shared library, or a file of the program, with a monitor of its own.
#ifndef SONDE_TESTS_ODR_PARTS_HPP
#define SONDE_TESTS_ODR_PARTS_HPP

#include <string>

namespace sonde::tests {

// Each calls `inside` from within a decorated function called after the part, and gives the event of that call.
[[gnu::visibility("default")]] std::string call_in_first_library(void (*inside)());
[[gnu::visibility("default")]] std::string call_in_second_library(void (*inside)());
std::string call_in_first_file(void (*inside)());
std::string call_in_second_file(void (*inside)());

}  // namespace sonde::tests

#endif
