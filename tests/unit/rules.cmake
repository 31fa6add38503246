holdfast_test(rules
  SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/rules_errors_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/rules_header_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/rules_receipt_test.cpp
  LIBRARIES holdfast_rules)
