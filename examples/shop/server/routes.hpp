// SPDX-License-Identifier: MIT
#pragma once

#include <httplib.h>

#include "shop.hpp"

namespace shop {

/// The HTTP API of the shop; README.md lists it. `shop` must outlive `server`.
void add_routes(httplib::Server& server, Shop& shop);

}  // namespace shop
