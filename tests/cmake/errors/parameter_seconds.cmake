# SPDX-License-Identifier: MIT
api_test(assets TEMPLATE eventual PATH / SENTINEL / NOT_YET 404 WITHIN 60)
