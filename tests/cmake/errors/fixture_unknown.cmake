# SPDX-License-Identifier: MIT
api_fixture(shop TEMPLATE service COMMAND shop READY /)
api_fixture(member TEMPLATE login PATH /login REQUIRES shop)
api_test(profile SOURCES sources/one_case.cpp FIXTURES membre)
