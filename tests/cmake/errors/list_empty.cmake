# SPDX-License-Identifier: MIT
set(fixtures "")
api_test(profile SOURCES sources/one_case.cpp FIXTURES ${fixtures} LABELS slow)
