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
  if (under_way_ && under_way_->error != 0) next_.text.insert(0, under_way_->text);
  next_.is_forced = true;
  if (writer_) write(next_);
  if (fd_ >= 0) ::close(fd_);
}

void DurableLog::append(const std::string& line, Done done) {
  next_.text += line + '\n';
  next_.is_forced |= done != nullptr;
  next_.waiting.push_back(std::move(done));
  if (!under_way_) write_next();
}

void DurableLog::write_next() {
  under_way_ = std::make_unique<Batch>(std::exchange(next_, {}));
  if (!writer_) writer_ = std::make_unique<asio::thread_pool>(1);
  asio::post(*writer_, [this, alive = std::weak_ptr(alive_), keep_running = asio::make_work_guard(loop_)] {
    write(*under_way_);
    asio::post(loop_, [this, alive] {
      if (!alive.expired()) written();
    });
  });
}

void DurableLog::write(Batch& batch) {
  const bool is_written =
      write_all(fd_, is_torn_ ? '\n' + batch.text : batch.text) && (!batch.is_forced || ::fdatasync(fd_) == 0);
  batch.error = is_written ? 0 : errno;
  is_torn_ = !is_written;
}

void DurableLog::written() {
  const auto batch = std::exchange(under_way_, nullptr);
  std::string problem;
  if (batch->error != 0) {
    problem = "cannot write " + path_ + ": " + std::generic_category().message(batch->error);
    next_.text.insert(0, batch->text);
  }
  for (const Done& done : batch->waiting)
    if (done) done(problem);
  if (!under_way_ && !next_.waiting.empty()) write_next();
}

}  // namespace apitest::agent
