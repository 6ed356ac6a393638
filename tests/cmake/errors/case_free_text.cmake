# SPDX-License-Identifier: MIT
api_test(profile SOURCES sources/free_text_case.cpp)
