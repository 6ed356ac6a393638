# SPDX-License-Identifier: MIT
api_test(assets TEMPLATE smoke PATH / STATUS 200 BODY two words)
