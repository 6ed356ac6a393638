# SPDX-License-Identifier: MIT
api_fixture(2nd SOURCES sources/shop.cpp)
