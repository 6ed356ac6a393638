# SPDX-License-Identifier: MIT
api_test(profile SOURCES sources/one_case.cpp ENVIRONMENT APITEST_RUN=1)
