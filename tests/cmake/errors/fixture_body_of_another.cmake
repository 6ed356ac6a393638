# SPDX-License-Identifier: MIT
api_fixture(member SOURCES sources/shop.cpp)
