// SPDX-License-Identifier: MIT
#include "durable_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <memory>
#include <system_error>

#include "run_folder.hpp"

namespace apitest::agent {

namespace asio = boost::asio;

DurableLog::DurableLog(asio::io_context& loop, const std::string& path)
    : loop_(loop),
      path_(path),
      fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600)) {
  struct stat file {};
  is_torn_ = fd_ >= 0 && ::fstat(fd_, &file) == 0 && file.st_size > 0;
}

DurableLog::~DurableLog() {
  if (writer_) writer_->join();
  if (!next_.waiting.empty()) (void)write(next_);
  if (fd_ >= 0) ::close(fd_);
}

/// The result is an errno, 0 for success.
int DurableLog::write(const Batch& batch) const {
  return write_all(fd_, batch.text) && ::fdatasync(fd_) == 0 ? 0 : errno;
}

void DurableLog::append(const std::string& line, Done done) {
  next_.text += line + '\n';
  next_.waiting.push_back(std::move(done));
  if (!writing_) write_next();
}

void DurableLog::write_next() {
  writing_ = true;
  const auto batch = std::make_shared<Batch>(std::exchange(next_, {}));
  if (is_torn_) batch->text.insert(0, "\n");
  if (!writer_) writer_ = std::make_unique<asio::thread_pool>(1);
  asio::post(*writer_, [this, batch, alive = std::weak_ptr(alive_), keep_running = asio::make_work_guard(loop_)] {
    const int error = write(*batch);
    asio::post(loop_, [this, batch, alive, error] {
      if (alive.expired()) return;
      writing_ = false;
      is_torn_ = error != 0;
      const std::string problem =
          error == 0 ? "" : "cannot write " + path_ + ": " + std::generic_category().message(error);
      for (const Done& done : batch->waiting) done(problem);
      if (!writing_ && !next_.waiting.empty()) write_next();
    });
  });
}

}  // namespace apitest::agent
