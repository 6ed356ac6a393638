// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "support.hpp"

using namespace unit;

TEST_CASE("every status has its verdict") {
  struct Row {
    int first, last;
    Verdict verdict;
  };
  // 408, 429 and 503 with Retry-After are below.
  const Row rows[] = {
      {0, 199, Verdict::malformed},  // none, no status, and what is no final answer
      {200, 299, Verdict::ready},    {300, 399, Verdict::ready},        {400, 407, Verdict::rejected},
      {408, 408, Verdict::timeout},  {409, 428, Verdict::rejected},     {429, 429, Verdict::throttled},
      {430, 499, Verdict::rejected}, {500, 599, Verdict::server_error}, {600, 1000, Verdict::malformed},
      {-5, -1, Verdict::malformed},
  };
  for (const Row& row : rows) {
    for (int status = row.first; status <= row.last; ++status) {
      CAPTURE(status);
      CHECK(answer(status).verdict() == row.verdict);
    }
  }
}

TEST_CASE("Retry-After makes a 503 throttled, and nothing else") {
  struct Row {
    int status;
    Verdict verdict;
    std::string retry_after;
  };
  const Row rows[] = {
      {503, Verdict::throttled, "120"},
      {503, Verdict::throttled, "0"},
      {503, Verdict::throttled, "Fri, 31 Dec 1999 23:59:59 GMT"},
      {503, Verdict::server_error, "soon"},
      {503, Verdict::server_error, ""},
      {429, Verdict::throttled, "120"},
      {429, Verdict::throttled, "soon"},
      {500, Verdict::server_error, "120"},
      {504, Verdict::server_error, "120"},
      {413, Verdict::rejected, "120"},
      {301, Verdict::ready, "120"},
      {200, Verdict::ready, "120"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.status);
    CAPTURE(row.retry_after);
    CHECK(answer(row.status, "", {{"Retry-After", row.retry_after}}).verdict() == row.verdict);
  }
}

TEST_CASE("every fault has its verdict, whatever status came before it") {
  struct Row {
    Fault fault;
    Verdict verdict;
  };
  const Row rows[] = {
      {Fault::refused, Verdict::unreachable}, {Fault::name_not_found, Verdict::unreachable},
      {Fault::tls, Verdict::unreachable},     {Fault::reset, Verdict::unreachable},
      {Fault::timeout, Verdict::timeout},     {Fault::too_large, Verdict::malformed},
      {Fault::malformed, Verdict::malformed}, {Fault::unusable, Verdict::rejected},
  };
  for (const Row& row : rows) {
    for (const int status : {0, 200, 403, 429, 503}) {
      Response response = no_answer(row.fault);
      response.status = status;
      CAPTURE(static_cast<int>(row.fault));
      CAPTURE(status);
      CHECK(response.verdict() == row.verdict);
    }
  }
}

TEST_CASE("every verdict has a name and an exit code") {
  struct Row {
    const char* name;
    Verdict verdict;
    Exit exit;
  };
  const Row rows[] = {
      {"ready", Verdict::ready, Exit::passed},
      {"not_yet", Verdict::not_yet, Exit::unknown},
      {"throttled", Verdict::throttled, Exit::unknown},
      {"unreachable", Verdict::unreachable, Exit::unknown},
      {"timeout", Verdict::timeout, Exit::unknown},
      {"rejected", Verdict::rejected, Exit::failed},
      {"server_error", Verdict::server_error, Exit::failed},
      {"malformed", Verdict::malformed, Exit::failed},
  };
  for (const Row& row : rows) {
    CHECK(std::string(name(row.verdict)) == row.name);
    CHECK(internal::exit_for(row.verdict) == row.exit);
    CHECK(ended([&] { internal::end_test(row.verdict, "why"); }).exit == row.exit);
  }
}

TEST_CASE("a test ends with what it is told") {
  const internal::Ended end = ended([] { internal::end_test(Exit::skipped, "no shop here"); });
  CHECK(end.exit == Exit::skipped);
  CHECK(end.text == "no shop here");
}
