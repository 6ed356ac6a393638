# SPDX-License-Identifier: MIT
api_test()
