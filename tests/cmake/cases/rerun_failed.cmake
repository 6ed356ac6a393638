# SPDX-License-Identifier: MIT
# Brings the fixtures of what has failed.
ctest(-R "flaky")
expect_code(8)
expect_result(flaky.fails_once Failed)
ctest(--rerun-failed)
expect_code(0)
expect_result(outer.setup Passed)
expect_result(flaky.fails_once Passed)
expect_not_run(flaky.is_steady)
expect_events("flaky ran" 2)
expect_events("outer is set up" 2)
