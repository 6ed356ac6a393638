# SPDX-License-Identifier: MIT
api_fixture(one TEMPLATE templates/own)
api_fixture(same TEMPLATE templates/own REQUIRES one)
api_fixture(other TEMPLATE templates/elsewhere/own)
