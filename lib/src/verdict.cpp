// SPDX-License-Identifier: MIT
#include <apitest/retry.hpp>

namespace apitest {
namespace {

struct Row {
  Fault fault;
  int first, last;  // status
  bool only_with_retry_after;
  Verdict verdict;
};
constexpr int any_first = 0, any_last = 999;

/// The classification of docs/verdicts.md: the first row that fits decides. What is missing, a 1xx as the final answer
/// or a number that is no status, is malformed.
constexpr Row table[] = {
    {Fault::refused, any_first, any_last, false, Verdict::unreachable},
    {Fault::name_not_found, any_first, any_last, false, Verdict::unreachable},
    {Fault::tls, any_first, any_last, false, Verdict::unreachable},
    {Fault::reset, any_first, any_last, false, Verdict::unreachable},
    {Fault::timeout, any_first, any_last, false, Verdict::timeout},
    {Fault::too_large, any_first, any_last, false, Verdict::malformed},
    {Fault::malformed, any_first, any_last, false, Verdict::malformed},
    {Fault::unusable, any_first, any_last, false, Verdict::rejected},
    {Fault::none, 200, 399, false, Verdict::ready},
    {Fault::none, 408, 408, false, Verdict::timeout},
    {Fault::none, 429, 429, false, Verdict::throttled},
    {Fault::none, 400, 499, false, Verdict::rejected},
    {Fault::none, 503, 503, true, Verdict::throttled},
    {Fault::none, 500, 599, false, Verdict::server_error},
};

/// A Retry-After that can't be read asks for nothing.
bool asks_to_come_back(const Response& response) { return retry_after(response, 0) >= Duration::zero(); }

}  // namespace

Verdict Response::verdict() const {
  for (const Row& row : table) {
    if (row.fault == error.fault && row.first <= status && status <= row.last &&
        (!row.only_with_retry_after || asks_to_come_back(*this)))
      return row.verdict;
  }
  return Verdict::malformed;
}

const char* name(Verdict verdict) {
  switch (verdict) {
    case Verdict::ready:
      return "ready";
    case Verdict::not_yet:
      return "not_yet";
    case Verdict::throttled:
      return "throttled";
    case Verdict::unreachable:
      return "unreachable";
    case Verdict::timeout:
      return "timeout";
    case Verdict::rejected:
      return "rejected";
    case Verdict::server_error:
      return "server_error";
    case Verdict::malformed:
      break;
  }
  return "malformed";
}

}  // namespace apitest
