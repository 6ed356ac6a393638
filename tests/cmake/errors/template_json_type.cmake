# SPDX-License-Identifier: MIT
api_test(assets TEMPLATE templates/bad_type)
