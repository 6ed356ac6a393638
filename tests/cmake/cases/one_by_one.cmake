# SPDX-License-Identifier: MIT
ctest(-j1 -R "nested|pair")
expect_code(0)
expect("100% tests passed")
expect_events("outer is set up" 1)
expect_events("inner is set up" 1)
