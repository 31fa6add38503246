# What the engine found, in sentences.
holdfast_test(client.words
  SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/client/words/alarm_words_test.cpp
  LIBRARIES holdfast_client_core holdfast_client_words)
