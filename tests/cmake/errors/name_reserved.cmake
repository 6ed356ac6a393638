# SPDX-License-Identifier: MIT
api_test(test SOURCES sources/one_case.cpp)
