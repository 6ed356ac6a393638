// SPDX-License-Identifier: MIT
#include "shop.hpp"
using namespace apitest;

API_FIXTURE(customer) { publish("/uid", join("customer")); }
