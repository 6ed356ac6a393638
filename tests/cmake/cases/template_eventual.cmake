# SPDX-License-Identifier: MIT
ctest(-R "joins")
expect_code(8)
expect_result(joins.becomes_ready Passed)
expect("joins ready after")
expect("3 attempts")
expect_result(never_joins.becomes_ready Failed)
expect("server_error")
