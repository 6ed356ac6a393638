// SPDX-License-Identifier: MIT
// What happened, in the file that the case looks at afterwards.
#pragma once

#include <apitest/fixture.hpp>
#include <apitest/test.hpp>
#include <cstdlib>
#include <fstream>

inline std::string events_file() {
  const char* const path = std::getenv("EVENTS");
  return path == nullptr ? "" : path;
}

inline void note(const std::string& event) { std::ofstream(events_file(), std::ios::app) << event + "\n"; }
