# SPDX-License-Identifier: MIT
# cmake -D CASE=… -D TREE=… -P run_case.cmake: runs cases/<case>.cmake on the built project in TREE.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/project.cmake")

set(tree "${TREE}")
set(ENV{EVENTS} "${TREE}/events/${CASE}")
file(REMOVE "$ENV{EVENTS}" "$ENV{EVENTS}.failed")
file(MAKE_DIRECTORY "${TREE}/events")
include("${CMAKE_CURRENT_LIST_DIR}/cases/${CASE}.cmake")
