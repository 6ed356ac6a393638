# SPDX-License-Identifier: MIT
api_fixture(assets TEMPLATE templates/test_template)
