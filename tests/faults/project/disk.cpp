// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "shop.hpp"
using namespace apitest;

namespace {

/// Leaves no room on the disk of this run for as long as it lives.
class FullDisk {
 public:
  FullDisk() : path_(std::string(std::getenv("APITEST_RUN_DIR")) + "/filler") {
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
