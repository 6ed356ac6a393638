# SPDX-License-Identifier: MIT
# Dependents do not run; all that was set up is taken back, in order.
ctest(-j8 -R "after_broken")
expect_code(8)
expect_result(broken.setup Failed)
expect_result(after_broken.runs "Not Run")
expect_result(broken.cleanup Passed)
expect_result(outer.cleanup Passed)
expect_order(outer.setup broken.setup broken.cleanup outer.cleanup)
expect_events("a dependent ran" 0)
