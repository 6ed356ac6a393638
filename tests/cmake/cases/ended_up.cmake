# SPDX-License-Identifier: MIT
# apitest up that ends in the middle of a setup, whose service runs already.

# Sets `code` to how it ended, and run_dir.
macro(end_up signal)
  run("${PROGRAM}" down)
  run("${CMAKE_CURRENT_LIST_DIR}/../end_up" "${PROGRAM}" ${signal})
  file(STRINGS "${TREE}/run_dir" run_dir)
endmacro()

# The agent, the service, whatever was started.
function(expect_no_process)
  run(bash -c [[! grep -lsz "^APITEST_RUN_DIR=$0$" /proc/[0-9]*/environ]] "${run_dir}")
  expect_code(0)
endfunction()

# Killed: down takes back what it had begun.
end_up(KILL)
expect_code(137)
file(READ "${TREE}/beside" beside)
set(refusal "apitest: another `apitest up` or `apitest down` is at work in ${TREE}. Start this one again when that has ended\nexit 2\n")
if(NOT beside STREQUAL "${refusal}${refusal}")
  fail("must refuse a second one: ${beside}")
endif()
run("${PROGRAM}" down)
expect_code(0)
expect("endless is down other is down")
expect_no_process()

# Killed: the next one does, and goes on with what is up.
end_up(KILL)
run("${PROGRAM}" up other inner)
expect_code(0)
expect("outer is up inner is up")
expect_not("other is up")
file(READ "${run_dir}/agent.log" said)
expect("service endless exited with code 0")
run("${PROGRAM}" down)
expect_code(0)
expect("inner is down outer is down other is down")
expect_no_process()

# Told to end: it takes everything back itself.
foreach(signal IN ITEMS INT TERM)
  end_up(${signal})
  expect_code(1)
  expect("endless.setup failed; taking back what is up endless is down other is down")
  expect_no_process()
  run("${PROGRAM}" down)
  expect("nothing is held up")
endforeach()
