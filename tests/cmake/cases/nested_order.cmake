# SPDX-License-Identifier: MIT
# The outer fixture is taken back after the inner one, also when many run at once.
ctest(-j8 -R "nested|pair")
expect_code(0)
expect_order(outer.setup inner.setup nested.sees_both inner.cleanup outer.cleanup)
expect_order(outer.setup inner.setup nested.sees_outer inner.cleanup outer.cleanup)
expect_order(pair.sees_both outer.cleanup)
