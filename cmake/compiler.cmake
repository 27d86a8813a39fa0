# How every file of the project is compiled.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_compile_options(-Wall -Wextra -Wpedantic -fdiagnostics-color=auto)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # Warns of std::string's own code when it is inlined: GCC bug 105651.
  add_compile_options(-Wno-restrict)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Speaks of what libstdc++ 12 uses inside its own std::stable_sort.
  add_compile_options(-Wno-deprecated-declarations)
endif()
if(CASTAWAY_WERROR)
  add_compile_options(-Werror)
endif()

if(CASTAWAY_SANITIZE)
  add_compile_options(-fsanitize=${CASTAWAY_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Instrumented code makes it see ghosts, in std::regex for one.
    add_compile_options(-Wno-maybe-uninitialized)
    if(CASTAWAY_SANITIZE STREQUAL "thread")
      # Asio's fences, which it does not follow; no data of ours is guarded by them alone.
      add_compile_options(-Wno-tsan)
    endif()
  endif()
  add_link_options(-fsanitize=${CASTAWAY_SANITIZE})
endif()

if(CASTAWAY_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# ccache, when it is there. It keeps away from precompiled headers unless it is told that a macro
# or a time in one is no reason to. Presets that compile alike share what it keeps.
find_program(CASTAWAY_CCACHE ccache)
mark_as_advanced(CASTAWAY_CCACHE)
if(CASTAWAY_CCACHE AND (NOT CMAKE_CXX_COMPILER_LAUNCHER
                        OR CMAKE_CXX_COMPILER_LAUNCHER STREQUAL "ccache"))
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env
      CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CASTAWAY_CCACHE})
endif()

# mold, when it is there, links in a fifth of the time.
find_program(CASTAWAY_MOLD mold)
mark_as_advanced(CASTAWAY_MOLD)
if(CASTAWAY_MOLD AND NOT (CMAKE_CXX_COMPILER_ID STREQUAL "GNU"
                          AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12.1))
  add_link_options(-fuse-ld=mold)
endif()
