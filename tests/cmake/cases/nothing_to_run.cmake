# SPDX-License-Identifier: MIT
# A name that is no case is not green.
run("${TREE}/skips" "no_such_case")
expect_code(99)
expect("there is no case 'no_such_case'")
run("${TREE}/outer" "no_such_step")
expect_code(99)
