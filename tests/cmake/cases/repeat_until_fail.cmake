# SPDX-License-Identifier: MIT
# CTest starts the setup three times; it does its work once.
ctest(--repeat until-fail:3 -R "flaky.is_steady")
expect_code(0)
expect_events("steady ran" 3)
expect_events("outer is set up" 1)
expect("outer is set up in this run already")
