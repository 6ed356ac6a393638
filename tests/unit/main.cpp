// SPDX-License-Identifier: MIT
// Not the library's main(): these tests are plain doctest and need neither a suite nor an agent.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
