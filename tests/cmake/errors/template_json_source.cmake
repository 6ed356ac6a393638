# SPDX-License-Identifier: MIT
api_test(assets TEMPLATE templates/no_source)
