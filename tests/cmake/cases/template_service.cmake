# SPDX-License-Identifier: MIT
# A program that ends, or is not there, is told at once and with its last words.
ctest(-R "after_dying")
expect_code(8)
expect_result(dying.setup Failed)
expect("exited with code 3")
expect("no configuration")
expect_result(after_dying.runs "Not Run")
ctest(-R "absent")
expect_code(8)
expect_result(absent.setup Failed)
expect("service absent: the program no_such_program was not found in PATH; give its path, or name a target that makes it")

# Another status, folder and signal.
ctest(-R "placed")
expect_code(0)
expect_result(placed.setup Passed)
expect_result(placed.cleanup Passed)

# The wait ends, and says so, before CTest would kill it.
ctest(-R "never_ready")
expect_code(8)
expect_result(never_ready.setup Failed)
expect("service at /status/503")
expect("not_yet")
