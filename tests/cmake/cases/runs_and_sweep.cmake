# SPDX-License-Identifier: MIT
# apitest runs and apitest sweep: what a run has left whose agent was killed.
set(ENV{LEFT} "${TREE}/left_by_a_run")
file(TOUCH "$ENV{LEFT}")
run("${PROGRAM}" sweep) # what others have left
file(REMOVE "$ENV{LEFT}")
file(GLOB earlier_runs "${TREE}/apitest/runs/*")
ctest(-R "leaves.a_file")
expect_code(8)
expect_result(leaves.a_file Failed)
file(GLOB path "${TREE}/apitest/runs/*")
list(REMOVE_ITEM path ${earlier_runs})
get_filename_component(name "${path}" NAME)

# The run's line and what follows of it, of what was said.
function(expect_run state left)
  if(NOT said MATCHES "${name}  [-0-9]+T[.:0-9]+Z  ${state}, ${left} left\n(  [^\n]*\n)?")
    fail("must list ${name}: ${state}, ${left} left")
  endif()
  set(line "${CMAKE_MATCH_0}" PARENT_SCOPE)
endfunction()
function(expect_change)
  if(NOT line MATCHES "\n  run test, made by test/leaves.a_file/[0-9]+ at [^ ]*leaves.cpp:[0-9]+\n$")
    fail("must say what is left")
  endif()
endfunction()

run("${PROGRAM}" runs)
expect_code(0)
expect_run(killed 1)
expect_change()

foreach(time RANGE 1) # to show changes nothing
  run("${PROGRAM}" sweep --show)
  expect_code(1)
  expect_run(killed 1)
  expect_change()
endforeach()

# As it would stand there after a restart of this machine, from a container here, and from another machine.
file(READ "${path}/run.json" original)
function(expect_state_if state)
  set(changed "${original}")
  foreach(member IN LISTS ARGN)
    string(JSON changed SET "${changed}" ${member} "\"another\"")
  endforeach()
  file(WRITE "${path}/run.json" "${changed}")
  run("${PROGRAM}" runs)
  expect_run(${state} ${left_${state}})
endfunction()
set(left_killed 1)
set(left_running 0)
expect_state_if(killed boot_id)
expect_state_if(killed host)
expect_state_if(running boot_id host)
file(WRITE "${path}/run.json" "${original}")

# It can't be taken back: the file is not there. While one sweep tries, another one says that it can't begin.
run(bash -c [[
"$0" sweep >first &
first=$!
until grep -qs "swept by apitest sweep" "$1/agent.log"
do kill -0 $first || exit 99
  sleep 0.05
done
"$0" sweep
second=$?
wait $first
echo "the first ended with $?"
cat first
exit $second]] "${PROGRAM}" "${path}")
expect_code(1)
expect("${path}: somebody else has its agent.lock; sweep again when that is over")
expect("the first ended with 1")
expect("${path}: 0 undone, 1 left run test could not be taken back; made by test/leaves.a_file/")
expect("last answer: exited with code 1")
run("${PROGRAM}" runs)
expect_code(0)
expect_run(swept 1)

# Now it is.
file(TOUCH "$ENV{LEFT}")
run("${PROGRAM}" sweep)
expect_code(0)
expect("${path}: 1 undone, 0 left")
run("${PROGRAM}" runs)
expect_code(0)
expect_run(swept 0)
run("${PROGRAM}" sweep --show)
expect_code(0)
run("${PROGRAM}" sweep)
expect_code(0)
expect_not("${name}")
