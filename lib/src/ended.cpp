// SPDX-License-Identifier: MIT
#include "ended.hpp"

#include <utility>

namespace apitest::internal {

void end_test(Exit exit, std::string text) { throw Ended{exit, std::move(text)}; }

void end_test(Verdict verdict, std::string text) { end_test(exit_for(verdict), std::move(text)); }

Exit exit_for(Verdict verdict) {
  switch (verdict) {
    case Verdict::ready:
      return Exit::passed;
    case Verdict::rejected:
    case Verdict::server_error:
    case Verdict::malformed:
      return Exit::failed;
    case Verdict::not_yet:
    case Verdict::throttled:
    case Verdict::unreachable:
    case Verdict::timeout:
      break;
  }
  return Exit::unknown;
}

}  // namespace apitest::internal
