// SPDX-License-Identifier: MIT
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <sstream>

#include "events.hpp"
using namespace apitest;

// Nobody is left to take this back, and nobody can while there is no file LEFT.
API_TEST(a_file) {
  undo_command({"test", "-e", std::getenv("LEFT")});
  std::ostringstream run;
  run << std::ifstream(std::getenv("APITEST_RUN_DIR") + std::string("/run.json")).rdbuf();
  const auto agent = static_cast<pid_t>(parse(run.str()).integer("/agent/pid"));
  pollfd end{static_cast<int>(syscall(SYS_pidfd_open, agent, 0U)), POLLIN, 0};
  REQUIRE(kill(agent, SIGKILL) == 0);
  REQUIRE(poll(&end, 1, 10000) == 1);  // its connections are closed a little before it has ended
}
