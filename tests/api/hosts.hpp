// SPDX-License-Identifier: MIT
#pragma once

#include <string>

/// The same server under another name. libcurl takes every name that ends in .localhost for this machine, asks no
/// resolver for it, and keeps its connections apart from those of other names.
inline std::string under_name(const std::string& host, std::string url) {
  const std::string address = "127.0.0.1";
  return url.replace(url.find(address), address.size(), host);
}
