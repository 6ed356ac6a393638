# SPDX-License-Identifier: MIT
# -E without -R takes the setup away and runs the tests all the same.
ctest(-L fixtures -E "outer.setup")
expect_code(8)
expect_not_run(outer.setup)
expect_result(pair.sees_both Failed)
expect("fixture outer: it was not set up in this run")
