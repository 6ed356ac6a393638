// SPDX-License-Identifier: MIT
// The evidence that a run leaves: one line for each exchange, and no secret in it.
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
using namespace apitest;

namespace {

const std::filesystem::path run_folder() { return std::getenv("APITEST_RUN_DIR"); }

/// The first line of the file that has these words; "" when there is none.
std::string line_with(const std::string& words, const std::filesystem::path& path) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (line.find(words) != std::string::npos) return line;
  return "";
}

}  // namespace

API_TEST(have_each_exchange) {
  const std::string marker = unique("marker");
  CHECK(fixture_client().get("/status/404?" + marker).status == 404);
  const Json line = parse(line_with(marker, run_folder() / "records" / "exchanges.jsonl"));
  CHECK(line.text("/test") == "records.have_each_exchange");
  CHECK(line.text("/method") == "GET");
  CHECK(line.integer("/status") == 404);
}

API_TEST(have_exchanges_that_failed) {
  const std::string marker = unique("marker");
  CHECK(Client("http://127.0.0.1:1").get("/" + marker).status == 0);
  CHECK(parse(line_with(marker, run_folder() / "records" / "exchanges.jsonl")).text("/fault") == "refused");
}

API_TEST(have_no_secret) {
  const std::string secret = unique("hush");
  Client api = fixture_client();
  api.bearer(secret).header("X-Api-Key", secret).cookies();
  CHECK(api.get("/echo?access_token=" + secret).status == 200);
  CHECK(api.post("/echo", object({{"password", secret}})).status == 200);
  CHECK(api.get("/cookies/set?cookie=session=" + secret).status == 200);
  undo(api, "DELETE", "/status/404/" + secret + "?api_key=" + unique("hush-key"));
  CHECK(create(api, "/redirect/to?status=201&url=/status/404/" + secret).send().status == 201);
  CHECK(api.basic("susan", secret).get("/basic").status == 401);
  CHECK(api.timeout(50ms).get("/silent/x?token=" + secret).status == 0);
  for (const char* folder : {"", "records", "services", "undo"}) {
    for (const auto& file : std::filesystem::directory_iterator(run_folder() / folder)) {
      const std::string line = file.is_regular_file() ? line_with("hush", file.path()) : "";
      INFO(file.path().string(), ": ", line);
      CHECK(line.empty());
    }
  }
}
