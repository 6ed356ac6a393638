# SPDX-License-Identifier: MIT
api_test(profile SOURCES sources/one_case.cpp TIMEOUT 1.5)
