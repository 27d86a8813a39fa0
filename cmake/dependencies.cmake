# Other people's libraries, all of them Debian packages: ci/packages names them.

find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Boost 1.81.0 CONFIG REQUIRED COMPONENTS headers context json)
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)
find_package(rabbitmq-c CONFIG REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CLI11 REQUIRED)
# Debian's cnats-config.cmake insists on a static library that is in no package.
find_library(LIBNATS nats REQUIRED)
mark_as_advanced(LIBNATS)
if(CMAKE_SYSTEM_NAME STREQUAL "Linux" AND CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  # Debian's libseccomp says of itself to pkg-config, and to nobody else.
  find_library(LIBSECCOMP seccomp REQUIRED)
  mark_as_advanced(LIBSECCOMP)
endif()

if(CASTAWAY_TESTS)
  find_package(rapidcheck CONFIG REQUIRED)
endif()
if(CASTAWAY_TESTS OR CASTAWAY_FUZZ)
  find_package(GTest REQUIRED)
  find_package(valijson REQUIRED)
endif()
