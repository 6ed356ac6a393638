# SPDX-License-Identifier: MIT
# Each run waits for the other one, then looks whether its document is still its own.
run(sh -c [["$0" -R together --output-on-failure & "$0" -R together --output-on-failure && wait $!]]
    "${CMAKE_CTEST_COMMAND}")
expect_code(0)
expect_events("outer is set up" 2)
expect_events("waiting for the other run" 2)
