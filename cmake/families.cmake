# cv2x_family(<layer> <name> <deps>...): the library cv2x_<layer>_<name> of all sources in
# <layer>/<name>. Header-only (or still empty) folders become interface libraries.
# Every family of models/ is also collected in cv2x_models.
add_library(cv2x_models INTERFACE)

function(cv2x_family layer name)
  set(target cv2x_${layer}_${name})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${layer}/${name}/*.cc)
  if(sources)
    add_library(${target} STATIC ${sources})
    target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR})
    target_link_libraries(${target} PUBLIC ${ARGN} PRIVATE cv2x_flags)
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${target} INTERFACE ${ARGN})
  endif()
  if(layer STREQUAL "models")
    target_link_libraries(cv2x_models INTERFACE ${target})
  endif()
endfunction()
