# SPDX-License-Identifier: MIT
# cmake -D VARIANT=find_package|add_subdirectory|fetch_content -D … -P consume.cmake
# Makes a project from the README's snippets, then configures, builds and tests it.
cmake_minimum_required(VERSION 3.25)

set(project_dir "${WORK_DIR}/project")
set(build_dir "${WORK_DIR}/build")

function(run)
  execute_process(COMMAND ${ARGV} OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "${command}\nended with ${result}:\n${output}")
  endif()
  set(run_output "${output}" PARENT_SCOPE)
endfunction()

# The fenced block after <!-- snippet: name -->.
function(read_snippet name result)
  file(READ "${SOURCE_DIR}/README.md" text)
  set(marker "<!-- snippet: ${name} -->\n```")
  string(FIND "${text}" "${marker}" begin)
  if(begin EQUAL -1)
    message(FATAL_ERROR "README.md has no ${marker}")
  endif()
  string(LENGTH "${marker}" length)
  math(EXPR begin "${begin} + ${length}")
  string(SUBSTRING "${text}" ${begin} -1 text)
  string(FIND "${text}" "\n" begin)
  string(FIND "${text}" "\n```" end)
  math(EXPR length "${end} - ${begin}")
  string(SUBSTRING "${text}" ${begin} ${length} text)
  set(${result} "${text}\n" PARENT_SCOPE)
endfunction()

function(write_project)
  foreach(source IN ITEMS member.cpp profile.cpp)
    read_snippet(${source} text)
    file(CONFIGURE OUTPUT "${project_dir}/${source}" CONTENT "@text@" @ONLY)
  endforeach()
  read_snippet(tests.cmake tests)
  read_snippet(templates.cmake templates)
  if(NOT VARIANT STREQUAL "find_package")
    read_snippet(${VARIANT}.cmake get_apitest)
    string(REPLACE "find_package(ApiTest REQUIRED)\n" "${get_apitest}" tests "${tests}")
    # The build tree of the other variant, so that the library is compiled once.
    string(REPLACE "add_subdirectory(external/apitest)" "add_subdirectory(external/apitest _deps/apitest-build)" tests
                   "${tests}")
  endif()
  file(CONFIGURE OUTPUT "${project_dir}/CMakeLists.txt" @ONLY CONTENT [[
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES CXX)
add_executable(shop_server IMPORTED)
set_target_properties(shop_server PROPERTIES IMPORTED_LOCATION "@SHOP_SERVER@")
@tests@
@templates@]])
endfunction()

# A prefix that is not the one that was installed to; nothing inside may know where it comes from.
function(install_and_move result)
  file(REMOVE_RECURSE "${WORK_DIR}/first" "${WORK_DIR}/moved")
  run(${CMAKE_COMMAND} --install "${BUILD_DIR}" --prefix "${WORK_DIR}/first" --config "${CONFIG}")
  file(RENAME "${WORK_DIR}/first" "${WORK_DIR}/moved")
  file(GLOB_RECURSE binaries "${WORK_DIR}/moved/bin/*" "${WORK_DIR}/moved/libexec/*" "${WORK_DIR}/moved/*.a")
  run(strip --strip-debug ${binaries}) # debug information names sources, and is meant to
  foreach(path IN ITEMS "${SOURCE_DIR}" "${BUILD_DIR}" "${WORK_DIR}")
    execute_process(COMMAND grep -rlF "${path}" "${WORK_DIR}/moved" OUTPUT_VARIABLE files RESULT_VARIABLE absent)
    if(NOT absent EQUAL 1)
      message(FATAL_ERROR "The installed package names ${path}:\n${files}")
    endif()
  endforeach()
  set(${result} "${WORK_DIR}/moved" PARENT_SCOPE)
endfunction()

set(arguments -D CMAKE_CXX_COMPILER=${COMPILER} "-DCMAKE_CXX_FLAGS=${FLAGS}" -D APITEST_STATIC_RUNTIME=${STATIC_RUNTIME})
if(VARIANT STREQUAL "find_package")
  install_and_move(prefix)
  list(APPEND arguments -D CMAKE_PREFIX_PATH=${prefix})
else() # both from one path, or the other would compile the library again
  set(contained "${project_dir}/external/apitest")
  file(MAKE_DIRECTORY "${project_dir}/external")
  file(CREATE_LINK "${SOURCE_DIR}" "${contained}" SYMBOLIC)
  list(APPEND arguments -D CMAKE_UNITY_BUILD=ON) # as some projects are built, and faster
  if(VARIANT STREQUAL "fetch_content")
    list(APPEND arguments -D FETCHCONTENT_SOURCE_DIR_APITEST=${contained})
  endif()
endif()

# Configures, builds and tests a project; `run_output` has what ctest says.
function(test_project source name)
  run(${CMAKE_COMMAND} -S "${source}" -B "${build_dir}/${name}" -G Ninja ${arguments})
  run(${CMAKE_COMMAND} --build "${build_dir}/${name}" --parallel 2)
  run(${CMAKE_CTEST_COMMAND} --test-dir "${build_dir}/${name}" --no-tests=error --output-on-failure -j4)
  message("${run_output}")
  return(PROPAGATE run_output)
endfunction()

write_project()
test_project("${project_dir}" project)
foreach(test IN ITEMS shop.setup member.setup profile.shows_the_member member.cleanup shop.cleanup)
  if(NOT run_output MATCHES " ${test} [. ]*Passed")
    message(FATAL_ERROR "${test} did not pass")
  endif()
endforeach()
if(VARIANT STREQUAL "find_package") # an example as its README builds it, with a component
  test_project("${SOURCE_DIR}/examples/orders" orders)
endif()
