# SPDX-License-Identifier: MIT
# CTest would run the dependents of a skipped setup, so it fails.
ctest(-R "after_skipping")
expect_code(8)
expect_result(skipping.setup Failed)
expect_result(after_skipping.runs "Not Run")
expect("a fixture can't be skipped")
expect_events("a dependent ran" 0)
