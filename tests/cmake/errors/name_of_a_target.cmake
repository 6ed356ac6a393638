# SPDX-License-Identifier: MIT
add_custom_target(profile)
api_test(profile SOURCES sources/one_case.cpp)
