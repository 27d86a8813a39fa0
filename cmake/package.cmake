# What `cmake --install` installs, and what `find_package(castaway)` then finds: the libraries
# castaway::client, nats, check, sim, amqp_server and scenario, castaway::testing where GoogleTest
# is, and castaway::rabbit and pipes where OpenSSL is.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/castaway")

install(TARGETS castaway_runtime castaway_wire castaway_client castaway_amqp castaway_nats
                castaway_check castaway_choices castaway_fibers castaway_broker
                castaway_record castaway_sim castaway_amqp_server castaway_serve
                castaway_scenario
        EXPORT castawayTargets
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT castawayTargets NAMESPACE castaway:: DESTINATION "${package_dir}")
install(TARGETS castaway_testing EXPORT castawayTestingTargets)
install(EXPORT castawayTestingTargets NAMESPACE castaway:: DESTINATION "${package_dir}")

install(TARGETS castaway_rabbit castaway_pipes
        EXPORT castawayRabbitTargets
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT castawayRabbitTargets NAMESPACE castaway:: DESTINATION "${package_dir}")

file(GLOB headers LIST_DIRECTORIES true
     client/include client/*/include sim/include sim/*/include scenarios/include)
list(FILTER headers EXCLUDE REGEX "/client/process/")
list(TRANSFORM headers APPEND "/")
install(DIRECTORY ${headers}
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        FILES_MATCHING PATTERN "*.h")
install(DIRECTORY scenarios/catalogue scenarios/examples scenarios/faults scenarios/regressions
        DESTINATION "${CMAKE_INSTALL_DATADIR}/castaway/scenarios"
        FILES_MATCHING PATTERN "*.json")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(TARGETS castaway_program)
if(TARGET castaway_vt)
  install(TARGETS castaway_vt)
endif()

configure_package_config_file(cmake/castawayConfig.cmake.in castawayConfig.cmake
                              INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file(castawayConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/castawayConfig.cmake"
              "${PROJECT_BINARY_DIR}/castawayConfigVersion.cmake"
        DESTINATION "${package_dir}")
