# SPDX-License-Identifier: MIT
ctest(-R "environment")
expect_code(0)
