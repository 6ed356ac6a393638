# SPDX-License-Identifier: MIT
api_test(assets TEMPLATE login PATH /)
