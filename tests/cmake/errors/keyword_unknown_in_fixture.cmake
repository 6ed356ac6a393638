# SPDX-License-Identifier: MIT
api_fixture(shop SOURCES sources/shop.cpp FIXTURES member)
