# SPDX-License-Identifier: MIT
api_fixture(shop SOURCES sources/two_fixtures.cpp)
