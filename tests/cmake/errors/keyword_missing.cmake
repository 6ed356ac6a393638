# SPDX-License-Identifier: MIT
api_test(profile sources/one_case.cpp)
