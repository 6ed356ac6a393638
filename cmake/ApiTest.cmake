# SPDX-License-Identifier: MIT
#[=======================================================================[.rst:
ApiTest
-------

Declares tests of HTTP APIs, and what they share, to CTest::

  find_package(ApiTest REQUIRED)
  enable_testing()

  api_fixture(shop   TEMPLATE service COMMAND shop_server --port {port} READY /health)
  api_fixture(member SOURCES member.cpp REQUIRES shop TIMEOUT 30)
  api_test(profile   SOURCES profile.cpp FIXTURES member LABELS smoke)

``ctest -j8`` then sets up ``shop`` and ``member`` once, runs each case of ``profile.cpp`` as a test of its own, and
takes both fixtures back. Every mistake in a call is an error when CMake runs.

.. command:: api_test

  ::

    api_test(<suite> SOURCES <file>...
             [FIXTURES <fixture>...] [TIMEOUT <seconds>] [LABELS <label>...]
             [ENVIRONMENT <NAME=value>...] [RESOURCE_LOCK <resource>...])

    api_test(<suite> TEMPLATE <template> [<PARAMETER> <value>...]... [FIXTURES ...] ...)

  Makes the executable ``<suite>``, and a CTest test ``<suite>.<case>`` for each ``API_TEST(<case>)`` in its sources.
  The name comes first and is an identifier; all suites, fixtures and targets of a project have different names.

  ``SOURCES``
    C++ files, relative to the folder of the CMakeLists.txt. They are read when CMake runs, and CMake runs again when
    one of them has changed. An ``API_TEST`` counts where it stands in the file itself: not in a header, in a macro or
    behind a preprocessor condition. The executable refuses to run (exit code 99) when it has other cases than were
    found.

  ``TEMPLATE``
    Instead of ``SOURCES``: a test that is made from values. ``smoke`` and ``eventual`` come with ApiTest; see
    `Templates`_ for one's own. What follows is the template's parameters, each once, in any order. Values may hold any
    character; put quotes around one with blanks. A value that is exactly one of the keywords can't be given.

  ``FIXTURES``
    What must be set up before these tests, in the order in which a test looks for an address or a token in them. What
    a fixture is built on comes with it and need not be named.

  ``TIMEOUT``
    Seconds, 60 without it. CTest kills a test that takes longer; waits inside the test end, and say why, before that.

  ``LABELS``
    For ``ctest -L``. A label is not written in capitals: it would look like a keyword.

  ``ENVIRONMENT``
    Variables of the test processes. Names that begin with ``APITEST_`` are taken.

  ``RESOURCE_LOCK``
    Tests that name the same resource do not run at the same time.

.. command:: api_fixture

  ::

    api_fixture(<name> SOURCES <file>...
                [REQUIRES <fixture>...] [TIMEOUT <seconds>] [LABELS <label>...]
                [ENVIRONMENT <NAME=value>...] [RESOURCE_LOCK <resource>...])

    api_fixture(<name> TEMPLATE <template> [<PARAMETER> <value>...]... [REQUIRES ...] ...)

  Makes a CTest fixture ``<name>`` with the tests ``<name>.setup`` and ``<name>.cleanup``. It is set up once in each
  run of ctest that has a test with ``FIXTURES <name>``, and taken back when the last of these tests is over.

  ``SOURCES``
    C++ files with one ``API_FIXTURE(<name>)``, the body of the setup.

  ``TEMPLATE``
    Instead of ``SOURCES``: a fixture that needs no C++. ``service`` and ``login`` come with ApiTest.

  ``REQUIRES``
    Fixtures that this one is built on: set up before it, taken back after it. A fixture is declared before it is used.

  ``TIMEOUT``
    Seconds for the setup, and for the cleanup; 60 without it.

  The other keywords are those of ``api_test``; they go to the setup and the cleanup.

Variables
^^^^^^^^^

.. variable:: APITEST_STATIC_RUNTIME

  Cache option, ``ON``: tests and fixtures that link no shared library are linked wholly statically, the others and all
  of a Debug build with a static C++ runtime (GCC and Clang, not with a sanitizer). Halves the time that a process takes
  to start. Turn it off where these libraries are not installed, or for a tool that preloads a library.

Templates
^^^^^^^^^

A template is a folder with a ``template.json`` and a source; ``TEMPLATE <folder>`` uses it, relative to the folder of
the CMakeLists.txt::

  {
    "kind": "test",
    "about": "One sentence.",
    "source": "ping.cpp.in",
    "parameters": {
      "PATH": {"about": "path of the request", "type": "text", "pattern": "^/"},
      "STATUS": {"about": "expected status", "type": "integer", "default": 200}
    }
  }

A parameter without ``default`` must be given. ``about`` is shown when it is wrong or missing, ``pattern`` is a CMake
regular expression that each value must match. Types: ``text`` (one value), ``words`` (one or more, joined by blanks),
``texts`` (one or more), ``integer``, ``seconds`` (less than ``TIMEOUT``), ``body`` (JSON if the value is JSON).

In a ``test`` template ``source`` is C++ in which ``@PATH@`` stands for the value as a C++ expression: a string literal,
a number, ``{"a", "b"}`` for ``texts``, an ``apitest::Body`` for ``body``; ``@NAME@`` is the bare name of the suite. One
more type: ``members`` (JSON pointers and values in turn, as a list of pairs of text and ``apitest::Json``).

A ``fixture`` template has ``sources``, a list, with one ``API_FIXTURE(<name of the folder>)``. They are compiled once
for all uses; the values are in ``apitest::parameters()``, a ``body`` as its ``data`` and ``content_type``. More types:
``directory`` (made absolute, from the caller's binary directory), ``command`` (a program and its arguments, for
``apitest::command()``; the name of an executable target and generator expressions are replaced).
#]=======================================================================]

include_guard(GLOBAL)
cmake_policy(VERSION 3.25)

option(APITEST_STATIC_RUNTIME "Link tests and fixtures statically: each process starts a millisecond sooner" ON)

include("${CMAKE_CURRENT_LIST_DIR}/ApiTestArguments.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/ApiTestRuntime.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/ApiTestScan.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/ApiTestTarget.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/ApiTestTemplate.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/ApiTestValues.cmake")

function(api_test)
  set(words ${ARGC})
  set(i 0)
  while(i LESS ARGC)
    set(word_${i} "${ARGV${i}}")
    math(EXPR i "${i} + 1")
  endwhile()
  _apitest_begin(api_test)
  _apitest_options(test FIXTURES)
  if(template STREQUAL "")
    _apitest_sources()
  else()
    _apitest_generate_source()
  endif()
  _apitest_scan(API_TEST API_FIXTURE)
  if(cases STREQUAL "")
    list(JOIN sources ", " searched)
    _apitest_fail("there is no API_TEST(…) in its sources, so nothing would be tested. Searched: ${searched}")
  endif()
  set(suite_name ${name})
  _apitest_executable(${name} test)
  list(TRANSFORM cases PREPEND ${name}. OUTPUT_VARIABLE tests)
  foreach(test case IN ZIP_LISTS tests cases)
    add_test(NAME ${test} COMMAND ${name} ${case})
  endforeach()
  _apitest_describe_tests(${tests})
  set_tests_properties(${tests} PROPERTIES SKIP_RETURN_CODE 77)
  _apitest_include_run()
endfunction()

function(api_fixture)
  set(words ${ARGC})
  set(i 0)
  while(i LESS ARGC)
    set(word_${i} "${ARGV${i}}")
    math(EXPR i "${i} + 1")
  endwhile()
  _apitest_begin(api_fixture)
  _apitest_options(fixture REQUIRES)
  if(template STREQUAL "")
    _apitest_sources()
    _apitest_scan_fixture(${name})
    set(suite_name ${name})
    _apitest_executable(${name} fixture)
  else()
    _apitest_write_parameters()
    _apitest_template_program()
    add_custom_target(${name} ALL) # so that `all` has what the fixture needs, and no other target has its name
    add_dependencies(${name} ${program} ApiTest::program)
  endif()
  _apitest_add_fixture_tests()
  set_property(GLOBAL APPEND PROPERTY _APITEST_FIXTURES ${name})
  set_property(GLOBAL PROPERTY _APITEST_CLOSURE_${name} ${name} ${closure})
endfunction()

# Parses and checks everything but the sources; sets given_…, `template`…, `closure`, `timeout`, `environment`,
# `labels`, `locks`.
macro(_apitest_options kind fixtures_keyword)
  _apitest_template(${kind})
  _apitest_parameters_of(single TRUE)
  _apitest_parameters_of(multiple FALSE)
  _apitest_parse("TEMPLATE;TIMEOUT;${single}"
                 "SOURCES;${fixtures_keyword};LABELS;ENVIRONMENT;RESOURCE_LOCK;${multiple}")
  if(DEFINED given_SOURCES AND DEFINED given_TEMPLATE)
    _apitest_fail("SOURCES and TEMPLATE exclude each other. Take one of them out")
  elseif(NOT DEFINED given_SOURCES AND NOT DEFINED given_TEMPLATE)
    _apitest_fail("write SOURCES <file>… or TEMPLATE <template> …")
  endif()
  _apitest_closure(${fixtures_keyword})
  _apitest_timeout()
  _apitest_environment()
  _apitest_values(labels LABELS)
  _apitest_values(locks RESOURCE_LOCK)
  _apitest_default_values()
  _apitest_check_values()
endmacro()
