# SPDX-License-Identifier: MIT
# Values arrive byte for byte, in C++, in the parameter file and in a command.
ctest(-R "hostile|own_templates")
expect_code(0)
expect_result(hostile.arrives Passed)
expect_result(hostile.has_other_types Passed)
expect_result(hostile_values.setup Passed)
expect_result(own_templates.are_set_up Passed)
