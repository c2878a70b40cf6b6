# holdfast_library(NAME SOURCES … [LINK …] [MOC]): a static library with our options and warnings.
# holdfast_program(NAME SOURCES … [LINK …]): an executable in bin/.
# holdfast_test(NAME SOURCES … [LINK …] [LABELS …] [TIMEOUT n]): an executable and its CTest entry.
# Sources are listed, never globbed: a file that is not in a list is dead code.

function(_holdfast_setup name)
  target_link_libraries(${name} PRIVATE holdfast_warnings)
endfunction()

function(holdfast_library name)
  cmake_parse_arguments(ARG "MOC" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC holdfast_options ${ARG_LINK})
  _holdfast_setup(${name})
  if(ARG_MOC)
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
  endif()
endfunction()

function(holdfast_program name)
  cmake_parse_arguments(ARG "MOC" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE holdfast_options ${ARG_LINK})
  _holdfast_setup(${name})
  if(ARG_MOC)
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
  endif()
endfunction()

function(holdfast_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINK;LABELS;ENVIRONMENT" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE holdfast_options Qt6::Test ${ARG_LINK})
  _holdfast_setup(${name})
  set_target_properties(${name} PROPERTIES AUTOMOC ON
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
    ENVIRONMENT "QT_QPA_PLATFORM=offscreen;HOLDFAST_BIN=${CMAKE_BINARY_DIR}/bin;HOLDFAST_SOURCE=${CMAKE_SOURCE_DIR};${ARG_ENVIRONMENT}")
endfunction()
