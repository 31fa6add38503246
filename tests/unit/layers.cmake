holdfast_test(house.layers SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/layers_test.cpp LIBRARIES holdfast_rules)
target_compile_definitions(test_house_layers PRIVATE HOLDFAST_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
