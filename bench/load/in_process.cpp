// SPDX-License-Identifier: MIT
// in_process <name> <url> <token>: what agent.cpp does, with a libcurl handle of its own.
#include <curl/curl.h>

#include <cstdio>

#include "load.hpp"

static std::size_t collect(char* bytes, std::size_t size, std::size_t count, void* body) {
  static_cast<std::string*>(body)->append(bytes, size * count);
  return size * count;
}

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: in_process <name> <url> <token>\n", stderr);
    return 2;
  }
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL* const handle = curl_easy_init();
  std::string body;
  curl_slist* const headers = curl_slist_append(nullptr, ("Authorization: Bearer " + std::string(argv[3])).c_str());
  curl_easy_setopt(handle, CURLOPT_URL, (std::string(argv[2]) + "/profile").c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &collect);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
  const bool passed = load::run(argv[1], [&] {
    body.clear();
    long status = 0;
    return curl_easy_perform(handle) == CURLE_OK &&
           curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK && status == 200;
  });
  curl_slist_free_all(headers);
  curl_easy_cleanup(handle);
  curl_global_cleanup();
  return passed ? 0 : 1;
}
