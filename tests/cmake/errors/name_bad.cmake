# SPDX-License-Identifier: MIT
api_test(my-suite SOURCES sources/one_case.cpp)
