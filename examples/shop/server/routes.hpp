// SPDX-License-Identifier: MIT
#pragma once

#include <httplib.h>

#include "shop.hpp"

namespace shop {

/// What the shop does wrong when it is told to.
struct Faults {
  int failing_delete = 0;  ///< every so many-th DELETE answers 500; 0: none
  int post_delay_ms = 0;
};

/// The HTTP API of the shop; README.md lists it. `shop` must outlive `server`.
void add_routes(httplib::Server& server, Shop& shop, const Faults& faults);
/// Its pages, for browsers; add_routes() adds them too.
void add_pages(httplib::Server& server, Shop& shop);

}  // namespace shop
