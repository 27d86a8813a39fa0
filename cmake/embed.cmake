# castaway_embed(<target> <file> <namespace::symbol>)
#
# Puts the bytes of a file into a target. The target's own code declares what it uses:
#
#   namespace castaway::scenario { extern const std::string_view schema_json; }
#
# Any file will do. It is turned into a .cc in the build folder whenever it changes.
function(castaway_embed target file symbol)
  cmake_path(ABSOLUTE_PATH file NORMALIZE)
  string(REPLACE "::" "_" name "${symbol}")
  set(generated "${CMAKE_CURRENT_BINARY_DIR}/embedded/${name}.cc")
  set(script "${PROJECT_SOURCE_DIR}/cmake/embed_file.cmake")
  add_custom_command(
    OUTPUT "${generated}"
    COMMAND "${CMAKE_COMMAND}" "-DINPUT=${file}" "-DOUTPUT=${generated}" "-DSYMBOL=${symbol}"
            -P "${script}"
    DEPENDS "${file}" "${script}"
    COMMENT "Embedding ${symbol}"
    VERBATIM)
  target_sources(${target} PRIVATE "${generated}")
endfunction()
