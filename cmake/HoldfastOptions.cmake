# Language level, warnings and sanitizers, each as one interface target that every target links.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# The moc of Qt 6.4 cannot read libstdc++'s <concepts>, which <compare> includes; this is the guard
# of that header, so moc passes over it.
set(CMAKE_AUTOMOC_MOC_OPTIONS -D_GLIBCXX_CONCEPTS)

# -O2: what -O3 adds here is minutes to build, and warnings about code of libstdc++.
string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
# Assertions stay on in release: a broken invariant must stop the process, not sell stock.
string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELWITHDEBINFO "${CMAKE_CXX_FLAGS_RELWITHDEBINFO}")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${CCACHE_PROGRAM}")
endif()

add_library(holdfast_options INTERFACE)
target_include_directories(holdfast_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_definitions(holdfast_options INTERFACE
  QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_URL_CAST_FROM_STRING
  QT_NO_CONTEXTLESS_CONNECT QT_NO_FOREACH QT_NO_KEYWORDS QT_USE_QSTRINGBUILDER
  QT_DISABLE_DEPRECATED_BEFORE=0x060400)
if(CCACHE_PROGRAM)
  target_compile_options(holdfast_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()

add_library(holdfast_warnings INTERFACE)
target_compile_options(holdfast_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-align -Wold-style-cast -Wdouble-promotion -Wformat=2
  -Wimplicit-fallthrough -Werror
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op>
  # GCC 12 reports overlapping copies inside its own std::string (GCC bug 105651).
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>)

if(HOLDFAST_SANITIZE)
  if("thread" IN_LIST HOLDFAST_SANITIZE AND "address" IN_LIST HOLDFAST_SANITIZE)
    message(FATAL_ERROR "HOLDFAST_SANITIZE: thread and address cannot be combined")
  endif()
  list(JOIN HOLDFAST_SANITIZE "," _sanitizers)
  target_compile_options(holdfast_options INTERFACE
    -fsanitize=${_sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all
    -O1 -g1) # enough for a readable report, at two thirds of the time to build
  target_link_options(holdfast_options INTERFACE -fsanitize=${_sanitizers})
  # What the sanitizers need to know when a test runs; every suppression has its reason beside it.
  # die_after_fork=0: QProcess forks although threads run, and its child only calls exec.
  set(_lists "${CMAKE_SOURCE_DIR}/cmake/sanitizers")
  set(HOLDFAST_SANITIZER_ENVIRONMENT
    "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1"
    "LSAN_OPTIONS=suppressions=${_lists}/leak.txt:print_suppressions=0"
    "UBSAN_OPTIONS=print_stacktrace=1"
    "TSAN_OPTIONS=suppressions=${_lists}/thread.txt:ignore_noninstrumented_modules=1:second_deadlock_stack=1:die_after_fork=0")
  # GCC's instrumentation makes this one report false positives.
  target_compile_options(holdfast_warnings INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()
