# The house itself: floor plan, rooms, habits, pages.
set(here ${CMAKE_CURRENT_SOURCE_DIR}/house)
holdfast_test(house.layers
  SOURCES ${here}/changes_test.cpp ${here}/habits_test.cpp ${here}/layers_test.cpp ${here}/rooms_test.cpp
  LIBRARIES holdfast_rules)
target_compile_definitions(test_house_layers PRIVATE HOLDFAST_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
target_include_directories(test_house_layers PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
holdfast_test(house.pages SOURCES ${here}/pages_test.cpp LIBRARIES holdfast_rules)
target_compile_definitions(test_house_pages PRIVATE HOLDFAST_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
holdfast_test(house.words SOURCES ${here}/words_test.cpp LIBRARIES holdfast_rules)
target_compile_definitions(test_house_words PRIVATE HOLDFAST_SOURCE_DIR="${CMAKE_SOURCE_DIR}")

# What the programs call themselves; they exist only where gRPC does.
set(programs)
if(HOLDFAST_GRPC)
  set(programs $<TARGET_FILE:holdfast> $<TARGET_FILE:holdfastd>)
endif()
add_test(NAME house.version COMMAND ${CMAKE_COMMAND}
  -D SOURCE=${CMAKE_SOURCE_DIR} -D VERSION=${PROJECT_VERSION} "-DPROGRAMS=${programs}"
  -D SCRATCH=${CMAKE_CURRENT_BINARY_DIR}/version_test -P ${CMAKE_CURRENT_LIST_DIR}/house/version.cmake)
set_tests_properties(house.version PROPERTIES TIMEOUT 60)
