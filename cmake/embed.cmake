# cv2x_embed(<target> <folder>): the CSV files of <folder>/data become string constants of <target>,
# `cv2x::data::<name of the folder>::<name of the file>`, declared in "<folder>/data.h".
function(cv2x_embed target folder)
  get_filename_component(family ${folder} NAME)
  file(GLOB tables CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/data/*.csv)
  set(generated ${CMAKE_BINARY_DIR}/generated)
  set(declarations "")
  set(definitions "")
  foreach(table IN LISTS tables)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${table})
    get_filename_component(name ${table} NAME_WE)
    file(READ ${table} text)
    string(APPEND declarations "extern const std::string_view ${name};\n")
    string(APPEND definitions "const std::string_view ${name} = R\"csv(${text})csv\";\n")
  endforeach()
  set(open "namespace cv2x::data::${family} {\n")
  file(CONFIGURE OUTPUT ${generated}/${folder}/data.h @ONLY
       CONTENT "#pragma once\n\n#include <string_view>\n\n@open@@declarations@}\n")
  file(CONFIGURE OUTPUT ${generated}/${folder}/data.cc @ONLY
       CONTENT "#include \"${folder}/data.h\"\n\n@open@@definitions@}\n")
  target_sources(${target} PRIVATE ${generated}/${folder}/data.cc)
  target_include_directories(${target} PRIVATE ${generated})
endfunction()
