# SPDX-License-Identifier: MIT
# apitest up, runs that use what it holds up, apitest down.
run("${PROGRAM}" down)
run("${PROGRAM}" up inner)
expect_code(0)
expect("outer is up")
expect("inner is up")
expect_events("inner is set up" 1)

# A run takes it over, and leaves it.
ctest(-R "nested.sees_both")
expect_code(0)
expect("inner is held up by apitest up; this run uses it and leaves it alone")
expect_events("inner is set up" 1)

# A test can be started alone, as a debugger does.
run("${TREE}/nested" sees_both)
expect_code(0)

run("${PROGRAM}" up inner other)
expect_code(0)
expect("other is up")
expect_not("inner is up")

# What was built anew must be set up anew.
file(TOUCH "${TREE}/inner")
run("${PROGRAM}" up inner)
expect_code(2)
expect("fixture inner is held up already, but ${TREE}/inner has changed since. Run `apitest down` first")
ctest(-R "nested.sees_both")
expect_code(8)
expect_result(inner.setup Failed)
expect("it is held up by `apitest up`, but ${TREE}/inner has changed since")

run("${PROGRAM}" down)
expect_code(0)
expect("other is down inner is down outer is down")
run("${PROGRAM}" down)
expect_code(0)
expect("nothing is held up")
run("${TREE}/nested" sees_both)
expect_code(99)
expect("apitest up inner")

# CMake's next run does not change what is held up.
run("${PROGRAM}" up server)
expect_code(0)
run("${CMAKE_COMMAND}" "${TREE}")
expect_code(0)
run("${PROGRAM}" up server)
expect_code(0)
run("${PROGRAM}" down)
expect("server is down")

# A setup that fails takes the others with it; wrong names are told.
run("${PROGRAM}" up other broken)
expect_code(1)
expect("broken.setup failed; taking back what is up")
run("${PROGRAM}" down)
expect("nothing is held up")
run("${PROGRAM}" up nobody)
expect_code(2)
expect("there is no fixture nobody here. Known: absent broken")

# From a folder of the build tree, whose runs and held fixtures are kept at its top.
set(tree "${TREE}/below")
run("${PROGRAM}" up outer)
expect_code(0)
if(EXISTS "${tree}/apitest/held.json")
  fail("must hold fixtures at the top of the build tree")
endif()
run("${PROGRAM}" runs)
expect_code(0)
expect("running, 0 left")
run("${PROGRAM}" sweep --build-dir "${tree}")
expect_code(0)
ctest(--test-dir "${TREE}" -R "nested.sees_outer")
expect_code(0)
expect("outer is held up by apitest up")
run("${PROGRAM}" down)
expect_code(0)
expect("outer is down")
