# SPDX-License-Identifier: MIT
api_test(profile SOURCES sources)
