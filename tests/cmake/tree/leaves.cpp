// SPDX-License-Identifier: MIT
#include <csignal>
#include <sstream>

#include "events.hpp"
using namespace apitest;

// Nobody is left to take this back, and nobody can while there is no file LEFT.
API_TEST(a_file) {
  undo_command({"test", "-e", std::getenv("LEFT")});
  std::ostringstream run;
  run << std::ifstream(std::getenv("APITEST_RUN_DIR") + std::string("/run.json")).rdbuf();
  REQUIRE(kill(static_cast<pid_t>(parse(run.str()).integer("/agent/pid")), SIGKILL) == 0);
}
