# SPDX-License-Identifier: MIT
# One case brings its fixtures, all of them, and those they are built on.
ctest(-R "nested.sees_both")
expect_code(0)
expect_result(outer.setup Passed)
expect_result(inner.setup Passed)
expect_result(nested.sees_both Passed)
expect_not_run(nested.sees_outer)
expect_events("outer is set up" 1)
