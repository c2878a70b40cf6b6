# holdfast_library(NAME SOURCES … [LINK …] [MOC]): a static library with our options and warnings.
# holdfast_program(NAME SOURCES … [LINK …]): an executable in bin/.
# holdfast_test(NAME SOURCES … [LINK …] [LABELS …] [TIMEOUT n]): an executable and its CTest entry.
# Sources are listed, never globbed: a file that is not in a list is dead code.

# The tests labelled core: what a sanitizer build needs to build.
add_custom_target(holdfast_core_tests)
# Everything that moc writes: what clang-tidy needs before it can read a source that includes it.
add_custom_target(holdfast_generated)

function(_holdfast_setup name)
  target_link_libraries(${name} PRIVATE holdfast_warnings)
endfunction()

function(_holdfast_moc name)
  # moc reads headers, not libraries: it need not wait for what the target links.
  set_target_properties(${name} PROPERTIES AUTOMOC ON AUTOGEN_ORIGIN_DEPENDS OFF)
endfunction()

# Targets that Qt's own functions make run moc as well, so ask every target, last of all.
function(_holdfast_collect_generated folder)
  get_property(targets DIRECTORY "${folder}" PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(moc ${target} AUTOMOC)
    if(moc)
      add_dependencies(holdfast_generated ${target}_autogen)
    endif()
  endforeach()
  get_property(folders DIRECTORY "${folder}" PROPERTY SUBDIRECTORIES)
  foreach(sub IN LISTS folders)
    _holdfast_collect_generated("${sub}")
  endforeach()
endfunction()
cmake_language(EVAL CODE
  "cmake_language(DEFER DIRECTORY [[${CMAKE_SOURCE_DIR}]] CALL _holdfast_collect_generated [[${CMAKE_SOURCE_DIR}]])")

function(holdfast_library name)
  cmake_parse_arguments(ARG "MOC" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC holdfast_options ${ARG_LINK})
  _holdfast_setup(${name})
  if(ARG_MOC)
    _holdfast_moc(${name})
  endif()
endfunction()

function(holdfast_program name)
  cmake_parse_arguments(ARG "MOC" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE holdfast_options ${ARG_LINK})
  _holdfast_setup(${name})
  if(ARG_MOC)
    _holdfast_moc(${name})
  endif()
endfunction()

set(_holdfast_test_environment
  QT_QPA_PLATFORM=offscreen LC_ALL=C.UTF-8 TZ=UTC
  "HOLDFAST_BIN=${CMAKE_BINARY_DIR}/bin" "HOLDFAST_SOURCE=${CMAKE_SOURCE_DIR}"
  ${HOLDFAST_SANITIZER_ENVIRONMENT})

function(holdfast_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINK;LABELS;ENVIRONMENT" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE holdfast_options Qt6::Test ${ARG_LINK})
  _holdfast_setup(${name})
  _holdfast_moc(${name})
  # A test is one source, mostly: nothing to build together.
  set_target_properties(${name} PROPERTIES UNITY_BUILD OFF
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
    ENVIRONMENT "${_holdfast_test_environment};${ARG_ENVIRONMENT}")
  if("core" IN_LIST ARG_LABELS)
    add_dependencies(holdfast_core_tests ${name})
  endif()
  # These start whole programs and load both cores of a small machine: one at a time.
  if("e2e" IN_LIST ARG_LABELS OR "slow" IN_LIST ARG_LABELS)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
  endif()
endfunction()

# The program of a test once more for each database server (or those of ENGINES), which it starts by
# itself.
function(holdfast_test_on_engines name)
  cmake_parse_arguments(ARG "" "" "ENGINES" ${ARGN})
  if(NOT ARG_ENGINES)
    set(ARG_ENGINES postgresql mariadb)
  endif()
  get_test_property(${name} ENVIRONMENT environment)
  get_test_property(${name} TIMEOUT timeout)
  get_test_property(${name} LABELS labels)
  list(FILTER environment EXCLUDE REGEX "^HOLDFAST_TEST_ENGINE=")
  foreach(engine IN LISTS ARG_ENGINES)
    add_test(NAME ${name}_${engine} COMMAND ${name})
    set_tests_properties(${name}_${engine} PROPERTIES TIMEOUT ${timeout} LABELS "${labels}"
      RUN_SERIAL ON ENVIRONMENT "${environment};HOLDFAST_TEST_ENGINE=${engine}")
  endforeach()
endfunction()
