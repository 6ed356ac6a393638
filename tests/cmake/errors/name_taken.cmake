# SPDX-License-Identifier: MIT
api_fixture(shop TEMPLATE login PATH /login)
api_test(shop SOURCES sources/one_case.cpp)
