# SPDX-License-Identifier: MIT
api_test(assets TEMPLATE smoke PATH api STATUS 200)
