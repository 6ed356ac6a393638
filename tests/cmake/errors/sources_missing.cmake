# SPDX-License-Identifier: MIT
api_test(profile LABELS slow)
