# SPDX-License-Identifier: MIT
api_test(profile SOURCES sources/one_case.cpp TEMPLATE smoke PATH / STATUS 200)
