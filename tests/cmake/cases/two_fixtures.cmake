# SPDX-License-Identifier: MIT
# Every fixture of a list counts, not only the first; so does every label.
ctest(-R "pair")
expect_code(0)
expect_result(outer.setup Passed)
expect_result(other.setup Passed)
ctest(-N -L fixtures)
expect("pair.sees_both")
ctest(-N -L two)
expect("pair.sees_both")
