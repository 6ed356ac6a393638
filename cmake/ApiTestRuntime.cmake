# SPDX-License-Identifier: MIT
# How the executables of tests are linked. Not public: include ApiTest.cmake.
#
# A test process lives for a millisecond or two; half of that would go into loading shared libraries.

include(CheckLinkerFlag)

# Takes the settings of the calling directory as they are now.
function(_apitest_static_runtime target)
  string(TOUPPER "${CMAKE_BUILD_TYPE}" config)
  get_directory_property(options COMPILE_OPTIONS)
  set(flags "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${config}} ${CMAKE_EXE_LINKER_FLAGS} ${options}")
  if(NOT APITEST_STATIC_RUNTIME OR NOT CMAKE_CXX_COMPILER_ID MATCHES "^(GNU|Clang)$"
     OR flags MATCHES "-fsanitize|-stdlib=libc|-pie")
    return()
  endif()
  # What it links is known when its directory has been read: target_link_libraries() may come later than this.
  cmake_language(EVAL CODE "cmake_language(DEFER CALL _apitest_link_statically [[${target}]])")
endfunction()

# All of it where nothing is shared; only the C++ runtime otherwise, and in Debug builds, where valgrind and what is
# preloaded would find no malloc() to put theirs in place of.
function(_apitest_link_statically target)
  set(cxx_runtime "-static-libstdc++;-static-libgcc")
  set(all "${cxx_runtime}")
  set(seen "")
  _apitest_links_static_only("${target}" LINK_LIBRARIES)
  get_target_property(is_position_independent ${target} POSITION_INDEPENDENT_CODE)
  if(is_static AND NOT is_position_independent)
    check_linker_flag(CXX -static APITEST_HAS_STATIC_LIBC)
    if(APITEST_HAS_STATIC_LIBC)
      set(all -static)
    endif()
  endif()
  target_link_options(${target} PRIVATE "$<IF:$<CONFIG:Debug>,${cxx_runtime},${all}>")
endfunction()

# Sets `is_static` to whether nothing that the target links is, or may be, a shared library; `seen` has what was looked at.
function(_apitest_links_static_only target property)
  set(is_static ON)
  get_target_property(libraries ${target} ${property})
  if(NOT libraries)
    return(PROPAGATE is_static)
  endif()
  list(TRANSFORM libraries REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1")
  foreach(library IN LISTS libraries)
    if(library IN_LIST seen OR library MATCHES "^::@")
      continue()
    endif()
    list(APPEND seen "${library}")
    _apitest_is_static("${library}")
    if(is_static AND TARGET "${library}")
      _apitest_links_static_only("${library}" INTERFACE_LINK_LIBRARIES)
    endif()
    if(NOT is_static)
      break()
    endif()
  endforeach()
  return(PROPAGATE is_static seen)
endfunction()

function(_apitest_is_static library)
  set(type "")
  set(file "${library}")
  if(TARGET "${library}")
    get_target_property(type "${library}" TYPE)
    get_target_property(file "${library}" IMPORTED_LOCATION)
  endif()
  set(is_static OFF)
  if(type MATCHES "^(STATIC|OBJECT|INTERFACE)_LIBRARY$" OR file MATCHES "\\.a$")
    set(is_static ON)
  endif()
  return(PROPAGATE is_static)
endfunction()
