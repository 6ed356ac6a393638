# SPDX-License-Identifier: MIT
api_fixture(assets TEMPLATE templates/fixture_no_body)
