# SPDX-License-Identifier: MIT
api_test(assets TEMPLATE smok PATH / STATUS 200)
