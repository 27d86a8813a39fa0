# castaway_mutants: the program once more, with every mutant of ci/mutants/gallery in it. CASTAWAY_MUTANT says
# which of them is alive; see ci/mutants/mutate.py.
#
# Only the files that have mutants are compiled again. The linker meets them before the libraries,
# and so takes from those what is left.

find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)
set(mutate "${PROJECT_SOURCE_DIR}/ci/mutants/mutate.py")

file(GLOB gallery CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/ci/mutants/gallery/*.json")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${gallery} "${mutate}")
execute_process(COMMAND "${Python3_EXECUTABLE}" "${mutate}" files
                OUTPUT_VARIABLE files OUTPUT_STRIP_TRAILING_WHITESPACE
                RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "ci/mutants/mutate.py says what is wrong, above")
endif()
string(REPLACE "\n" ";" files "${files}")

set(table "${CMAKE_CURRENT_BINARY_DIR}/mutants/mutants.cc")
add_custom_command(
  OUTPUT "${table}"
  COMMAND "${Python3_EXECUTABLE}" "${mutate}" table "${table}"
  DEPENDS ${gallery} "${mutate}"
  VERBATIM)
add_executable(castaway_mutants cli/main.cc "${table}")
set_target_properties(castaway_mutants PROPERTIES OUTPUT_NAME castaway-mutants)

foreach(file IN LISTS files)
  set(source "${PROJECT_SOURCE_DIR}/${file}")
  set(copy "${CMAKE_CURRENT_BINARY_DIR}/mutants/${file}")
  cmake_path(GET copy PARENT_PATH folder)
  file(MAKE_DIRECTORY "${folder}")
  add_custom_command(
    OUTPUT "${copy}"
    COMMAND "${Python3_EXECUTABLE}" "${mutate}" source "${file}" "${copy}"
    DEPENDS "${source}" ${gallery} "${mutate}"
    COMMENT "Mutating ${file}"
    VERBATIM)
  target_sources(castaway_mutants PRIVATE "${copy}")
  # The copy includes what the original does: headers beside it, and those of its room's folders.
  set(room "${source}")
  while(NOT EXISTS "${room}/CMakeLists.txt")
    cmake_path(GET room PARENT_PATH room)
    set_property(SOURCE "${copy}" APPEND PROPERTY INCLUDE_DIRECTORIES "${room}")
  endwhile()
endforeach()

# What a mutant leaves unused, or says awkwardly, is its own affair.
target_compile_options(castaway_mutants PRIVATE -w)
target_link_libraries(castaway_mutants PRIVATE castaway::ci fmt::fmt Boost::context ZLIB::ZLIB)

if(CASTAWAY_TESTS)
  # Two that generated runs kill, one that the catalogue does, and one that nothing may flag.
  add_test(NAME self_test
           COMMAND castaway_mutants self-test --mutant M01 --mutant M09 --mutant M45 --mutant B05
                   --time 2s
           WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(self_test PROPERTIES LABELS ci TIMEOUT 300)
endif()
