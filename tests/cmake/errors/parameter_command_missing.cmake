# SPDX-License-Identifier: MIT
api_fixture(shop TEMPLATE service READY /health)
