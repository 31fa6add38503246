# holdfast_planted(<library>...): of each a second library <library>_planted, from
# the same sources but with the defects of proto/rules/planted.h in them. Only the
# simulation's proof links these.
function(holdfast_planted)
  foreach(library ${ARGN})
    get_target_property(folder ${library} SOURCE_DIR)
    get_target_property(sources ${library} SOURCES)
    list(TRANSFORM sources PREPEND ${folder}/)
    get_target_property(links ${library} LINK_LIBRARIES)
    foreach(other ${ARGN})
      list(TRANSFORM links REPLACE "^${other}$" ${other}_planted)
    endforeach()
    add_library(${library}_planted STATIC ${sources})
    target_include_directories(${library}_planted PUBLIC
      $<TARGET_PROPERTY:${library},INTERFACE_INCLUDE_DIRECTORIES>)
    target_compile_definitions(${library}_planted PUBLIC HOLDFAST_PLANTED_DEFECTS)
    target_link_libraries(${library}_planted PUBLIC ${links})
  endforeach()
endfunction()
