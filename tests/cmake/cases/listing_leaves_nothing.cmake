# SPDX-License-Identifier: MIT
file(GLOB before "${TREE}/apitest/runs/*")
ctest(-N)
expect_code(0)
file(GLOB after "${TREE}/apitest/runs/*")
list(REMOVE_ITEM after "" ${before})
if(after)
  fail("ctest -N must not make a run, but made ${after}")
endif()
