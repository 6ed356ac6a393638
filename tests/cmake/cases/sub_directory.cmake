# SPDX-License-Identifier: MIT
# There CTest does not know the fixture of the directory above. Never a silent pass, also not of a test that asks the
# fixture for nothing.
set(tree "${TREE}/below")
ctest()
expect_code(8)
expect_result(below.needs_outer Failed)
expect_result(below.asks_for_nothing Failed)
expect("fixture outer: it was not set up in this run")
expect("Start the test through ctest from the top of the build tree")
expect_events("a dependent ran" 0)
set(tree "${TREE}")
ctest(-R "below")
expect_code(0)
