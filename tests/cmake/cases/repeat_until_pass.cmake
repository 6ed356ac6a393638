# SPDX-License-Identifier: MIT
# The test runs again, its fixture does not.
ctest(--repeat until-pass:3 -R "flaky.fails_once")
expect_code(0)
expect_events("flaky ran" 2)
expect_events("outer is set up" 1)
