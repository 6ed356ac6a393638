// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <unistd.h>

#include <apitest/retry.hpp>

#include <array>
#include <fstream>
#include <future>
#include <memory>
#include <sstream>

#include "shop.hpp"
using namespace apitest;

namespace {

std::string in_run_folder(const std::string& path) { return std::getenv("APITEST_RUN_DIR") + ("/" + path); }

/// Leaves no room on the disk of this run for as long as it lives.
class FullDisk {
 public:
  FullDisk() : path_(in_run_folder("filler")) {
    const int fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const std::array<char, 4096> page{};
    while (::write(fd, page.data(), page.size()) > 0) {
    }
    ::close(fd);
  }
  ~FullDisk() { ::unlink(path_.c_str()); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  std::string path_;
};

bool has_intent() {
  std::stringstream log;
  log << std::ifstream(in_run_folder("undo/log.jsonl")).rdbuf();
  return log.str().find("\"intent\"") != std::string::npos;
}

}  // namespace

API_TEST(full_for_undo) {
  REQUIRE(shop().get("/health").status == 200);  // the agent is there
  const FullDisk full;
  join("undo_on_a_full_disk");
}

API_TEST(full_for_create) {
  REQUIRE(shop().get("/health").status == 200);
  const FullDisk full;
  order_for("nobody");
}

// The shop takes its time to answer. What the log gets then is longer than what is left of its last page.
API_TEST(full_for_answer) {
  const std::string uid = join("answer_on_a_full_disk");
  const auto full = std::async(std::launch::async, [] {
    while (!has_intent()) steady_clock().sleep(1ms);
    return std::make_unique<FullDisk>();
  });
  order_for(uid, shop().header("X-Long", std::string(4096, 'x')));
}
