# What the engine found, in sentences; and that no sentence of the engine names a command.
holdfast_test(client.words
  SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/client/words/alarm_words_test.cpp
  LIBRARIES holdfast_client_core holdfast_client_words)
holdfast_test(house.words SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/house/words_test.cpp LIBRARIES holdfast_rules)
target_compile_definitions(test_house_words PRIVATE HOLDFAST_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
