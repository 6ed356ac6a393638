# SPDX-License-Identifier: MIT
api_fixture(shop TEMPLATE service COMMAND shop READY / STOP_SIGNAL TERM)
