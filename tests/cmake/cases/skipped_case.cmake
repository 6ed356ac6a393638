# SPDX-License-Identifier: MIT
ctest(-R "skips")
expect_code(0)
expect_result(skips.is_skipped Skipped)
expect_result(skips.runs Passed)
expect("only on Fridays")
