# turnpike_add_provider(ID SOURCES file... MANIFEST file [PAGES dir])
#
# Builds a provider plugin as plugins/<id>/{<id>.so,<id>.provider.json,pages} in the build folder and installs the
# same to lib/turnpike/plugins/<id>.  The manifest's bytes also go into the plugin: include "turnpike_manifest.h".
#
# The flags are part of the ABI's rules: one exported symbol, no symbol that the loader would share between two
# plugins, nothing resolved late, no library beyond libc, libm, libgcc_s and libstdc++.


function(turnpike_add_provider id)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "MANIFEST;PAGES" "SOURCES")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES OR NOT arg_MANIFEST)
    message(FATAL_ERROR "turnpike_add_provider(${id} SOURCES file... MANIFEST file [PAGES dir])")
  endif()
  set(target turnpike_plugin_${id})
  set(folder ${PROJECT_BINARY_DIR}/plugins/${id})
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${id}_generated)
  get_filename_component(manifest ${arg_MANIFEST} ABSOLUTE)

  add_custom_command(
    OUTPUT ${generated}/turnpike_manifest.h ${folder}/${id}.provider.json
    COMMAND ${CMAKE_COMMAND} -D INPUT=${manifest} -D HEADER=${generated}/turnpike_manifest.h
            -D COPY=${folder}/${id}.provider.json -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/EmbedManifest.cmake
    DEPENDS ${manifest} ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/EmbedManifest.cmake
    COMMENT "Embedding ${id}.provider.json"
    VERBATIM)

  add_library(${target} MODULE ${arg_SOURCES} ${generated}/turnpike_manifest.h)
  set_target_properties(${target} PROPERTIES
    PREFIX "" OUTPUT_NAME ${id} LIBRARY_OUTPUT_DIRECTORY ${folder}
    CXX_VISIBILITY_PRESET hidden C_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON SKIP_BUILD_RPATH ON
    LINK_DEPENDS ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/provider.map)
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_include_directories(${target} PRIVATE ${generated})
  target_link_libraries(${target} PRIVATE turnpike_sdk_headers)
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
  target_link_options(${target} PRIVATE
    -Wl,--version-script=${CMAKE_CURRENT_FUNCTION_LIST_DIR}/provider.map -Wl,-Bsymbolic
    -Wl,-z,now -Wl,-z,relro -Wl,-z,noexecstack -Wl,--as-needed)
  # A sanitizer's functions come from the program that loads the plugin.
  if(NOT TURNPIKE_SANITIZE)
    target_link_options(${target} PRIVATE -Wl,-z,defs)
  endif()

  set(destination lib/turnpike/plugins/${id})
  install(TARGETS ${target} LIBRARY DESTINATION ${destination})
  install(FILES ${manifest} DESTINATION ${destination} RENAME ${id}.provider.json)
  if(arg_PAGES)
    get_filename_component(pages ${arg_PAGES} ABSOLUTE)
    file(GLOB_RECURSE page_files CONFIGURE_DEPENDS ${pages}/*)
    add_custom_command(TARGET ${target} POST_BUILD
      COMMAND ${CMAKE_COMMAND} -E copy_directory ${pages} ${folder}/pages VERBATIM)
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${page_files})
    install(DIRECTORY ${pages}/ DESTINATION ${destination}/pages)
  endif()
endfunction()
