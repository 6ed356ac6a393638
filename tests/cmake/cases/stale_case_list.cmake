# SPDX-License-Identifier: MIT
ctest(-R "stale")
expect_code(8)
expect_result(stale.is_there Failed)
expect("the sources have 1 cases, CMake's list has 2")
expect("Run cmake again")
run("${TREE}/stale")
expect_code(99)
