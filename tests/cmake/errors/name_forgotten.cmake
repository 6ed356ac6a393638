# SPDX-License-Identifier: MIT
api_test(SOURCES sources/one_case.cpp)
