# SPDX-License-Identifier: MIT
api_fixture(shop SOURCES sources/no_case.cpp)
