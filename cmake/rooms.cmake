# What a room is made of: one library, its public headers, and its tests.
#
#   x.cc               belongs to the library
#   x_test.cc          belongs to <room>_test
#   x_threads_test.cc  belongs to <room>_threads_test, with the label `threads`: what tsan runs
#   fuzz/x_fuzz.cc     is the program x_fuzz, for libFuzzer
#
# New files are found by themselves.

# castaway_library(<name> [FOLDERS <folder>...] [INCLUDE <folder>] [LINK <target>...]
#                  [PRIVATE <target>...])
#
# The library castaway::<name> from the .cc files of this folder, or of FOLDERS. Its public headers
# are in `include`, or in INCLUDE: all that those who link it can see. Its own files include each
# other by name in one folder, and by folder and name across folders. What its headers need is
# linked by LINK, what only its .cc files need by PRIVATE.
#
# With CASTAWAY_PRECOMPILE a library's files see CASTAWAY_PRECOMPILED before anything else. Clang then
# compiles them in half the time, g++ hardly faster, so g++ is what finds a forgotten #include.
set(CASTAWAY_PRECOMPILED
    <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <optional> <set> <sstream>
    <stdexcept> <string> <string_view> <utility> <variant> <vector>
    <fmt/format.h> <nlohmann/json.hpp>)
set(CASTAWAY_LIBRARIES STATIC)
if(CASTAWAY_TSAN_SIM)
  set(CASTAWAY_LIBRARIES SHARED)
endif()

function(castaway_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "INCLUDE" "FOLDERS;LINK;PRIVATE")
  if(NOT arg_INCLUDE)
    set(arg_INCLUDE include)
  endif()
  cmake_path(ABSOLUTE_PATH arg_INCLUDE NORMALIZE)

  castaway_sources(sources .cc ${arg_FOLDERS})
  list(FILTER sources EXCLUDE REGEX "(_test|_bench|/main)\\.cc$")
  set(target castaway_${name})
  if(sources)
    add_library(${target} ${CASTAWAY_LIBRARIES} ${sources})
    set(public PUBLIC)
    target_link_libraries(${target} PRIVATE ${arg_PRIVATE})
    target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
    if(CASTAWAY_PRECOMPILE)
      target_precompile_headers(${target} PRIVATE ${CASTAWAY_PRECOMPILED})
    endif()
  else()
    add_library(${target} INTERFACE)
    set(public INTERFACE)
  endif()
  add_library(castaway::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(${target} ${public} cxx_std_20)
  target_link_libraries(${target} ${public} ${arg_LINK})
  target_include_directories(${target} ${public} "$<BUILD_INTERFACE:${arg_INCLUDE}>")
endfunction()

# castaway_sources(<variable> <suffix> <folder>...)
#
# The files of these folders (of this one, if none is named) that end in the suffix.
function(castaway_sources variable suffix)
  set(folders ${ARGN})
  if(NOT folders)
    set(folders .)
  endif()
  list(TRANSFORM folders APPEND "/*${suffix}" OUTPUT_VARIABLE globs)
  file(GLOB found CONFIGURE_DEPENDS ${globs})
  set(${variable} ${found} PARENT_SCOPE)
endfunction()

# castaway_tests(<name> [FOLDERS <folder>...] [LINK <target>...] [SHARING <what>])
#
# The tests of this folder, or of FOLDERS, linked with castaway::<name> and with what LINK says. With
# SHARING those with threads are one test for ctest, since all of them share what takes long to
# start. It begins early; of all tests that share the same, one runs at a time.
function(castaway_tests name)
  if(NOT CASTAWAY_TESTS)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SHARING" "FOLDERS;LINK")
  castaway_sources(tests _test.cc ${arg_FOLDERS})
  set(threads_tests ${tests})
  list(FILTER tests EXCLUDE REGEX "_threads_test\\.cc$")
  list(FILTER threads_tests INCLUDE REGEX "_threads_test\\.cc$")

  castaway_test_program(${name}_test LABELS ${name} SOURCES ${tests}
                        LINK castaway::${name} ${arg_LINK})
  castaway_test_program(${name}_threads_test LABELS ${name} threads SOURCES ${threads_tests}
                        LINK castaway::${name} ${arg_LINK} SHARING ${arg_SHARING})
  if(threads_tests)
    add_dependencies(threads_tests ${name}_threads_test)
  endif()
  # Tests see what the files of their room see.
  set(rooms "${CMAKE_CURRENT_SOURCE_DIR}")
  foreach(folder IN LISTS arg_FOLDERS)
    cmake_path(ABSOLUTE_PATH folder NORMALIZE OUTPUT_VARIABLE room)
    while(NOT EXISTS "${room}/CMakeLists.txt")
      cmake_path(GET room PARENT_PATH room)
    endwhile()
    list(APPEND rooms "${room}")
  endforeach()
  list(REMOVE_DUPLICATES rooms)
  foreach(target IN ITEMS ${name}_test ${name}_threads_test)
    if(TARGET ${target})
      target_include_directories(${target} PRIVATE ${rooms})
    endif()
  endforeach()
endfunction()

# One GoogleTest program, each of its tests known to ctest by its own name, or with SHARING all by
# that of the program. Without sources, nothing.
function(castaway_test_program target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SHARING" "LABELS;SOURCES;LINK")
  if(NOT arg_SOURCES)
    return()
  endif()
  add_executable(${target} ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE ${arg_LINK} castaway::testing GTest::gmock_main)
  target_compile_definitions(${target} PRIVATE CASTAWAY_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_compile_options(${target} PRIVATE ${CASTAWAY_TEST_OPTIONS})
  target_precompile_headers(${target} REUSE_FROM castaway_test_headers)
  if(arg_SHARING)
    add_test(NAME ${target} COMMAND ${target})
    set_tests_properties(${target} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT 600 COST 100
                                              RESOURCE_LOCK "${arg_SHARING}")
    return()
  endif()
  gtest_discover_tests(${target} NO_PRETTY_TYPES DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
                       PROPERTIES TIMEOUT 300)
  # gtest_discover_tests cannot pass a list on, so the labels follow once ctest knows the tests.
  set(labels_file "${CMAKE_CURRENT_BINARY_DIR}/${target}_labels.cmake")
  file(CONFIGURE OUTPUT "${labels_file}" @ONLY CONTENT [[
if(@target@_TESTS)
  set_tests_properties(${@target@_TESTS} PROPERTIES LABELS "@arg_LABELS@")
endif()
]])
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${labels_file}")
endfunction()

# Tests spend their time in the libraries: they themselves are compiled quickly rather than well. To
# clang that is -O0, half of -O1; to g++ it is not.
if(CASTAWAY_SANITIZE AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  set(CASTAWAY_TEST_OPTIONS -O0)
elseif(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  set(CASTAWAY_TEST_OPTIONS -O1 -g0)
endif()
if(CASTAWAY_SANITIZE MATCHES "undefined")
  list(APPEND CASTAWAY_TEST_OPTIONS -fno-sanitize=undefined)
endif()

# castaway_fuzzers(<name> [FOLDER <folder>] [LINK <target>...] [SEEDS <glob>...]
#                  [FLAGS <flag>...])
#
# The fuzz targets of the folder `fuzz`, or of FOLDER, linked with castaway::<name> and with what LINK
# says. With AddressSanitizer and clang each of them is a test, too: a few thousand inputs that start
# from SEEDS, run with FLAGS.
function(castaway_fuzzers name)
  if(NOT CASTAWAY_FUZZ AND NOT CASTAWAY_FUZZ_TESTS)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOLDER" "LINK;SEEDS;FLAGS")
  if(NOT arg_FOLDER)
    set(arg_FOLDER fuzz)
  endif()
  file(GLOB fuzzers CONFIGURE_DEPENDS "${arg_FOLDER}/*_fuzz.cc")
  set(flags -runs=3000 -seed=1 ${arg_FLAGS})
  if(arg_SEEDS)
    file(GLOB seeds CONFIGURE_DEPENDS ${arg_SEEDS})
    list(JOIN seeds "," seeds)
    list(APPEND flags "-seed_inputs=${seeds}")
  endif()
  foreach(fuzzer IN LISTS fuzzers)
    cmake_path(GET fuzzer STEM target)
    add_executable(${target} ${fuzzer})
    target_link_libraries(${target} PRIVATE castaway::${name} castaway::testing ${arg_LINK})
    target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers ${target})
    add_test(NAME ${target} COMMAND ${target} ${flags})
    set_tests_properties(${target} PROPERTIES LABELS fuzz TIMEOUT 300)
  endforeach()
endfunction()

# Fuzz targets are tests, and all of them are one target of the build.
if(CASTAWAY_TESTS AND CASTAWAY_SANITIZE MATCHES "address" AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  set(CASTAWAY_FUZZ_TESTS ON)
endif()
add_custom_target(fuzzers)

if(CASTAWAY_TESTS)
  include(GoogleTest)

  # All programs with the label `threads`: what the tsan preset builds.
  add_custom_target(threads_tests)

  # What nearly every test includes, precompiled once for all of them.
  file(CONFIGURE OUTPUT test_headers.cc CONTENT "// A target needs a file.\n")
  add_library(castaway_test_headers OBJECT "${CMAKE_CURRENT_BINARY_DIR}/test_headers.cc")
  target_link_libraries(castaway_test_headers PRIVATE GTest::gmock)
  target_compile_options(castaway_test_headers PRIVATE ${CASTAWAY_TEST_OPTIONS})
  target_precompile_headers(castaway_test_headers PRIVATE
    <gmock/gmock.h> <gtest/gtest.h>
    <algorithm> <chrono> <functional> <map> <memory> <optional> <string> <string_view> <vector>
    <nlohmann/json.hpp>)
endif()
