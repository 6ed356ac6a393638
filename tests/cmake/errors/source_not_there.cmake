# SPDX-License-Identifier: MIT
api_test(profile SOURCES profile.cpp)
