set(here ${CMAKE_CURRENT_SOURCE_DIR})
holdfast_test(rules
  SOURCES ${here}/rules/act_test.cpp ${here}/rules/availability_test.cpp
          ${here}/rules/both_ways_test.cpp
          ${here}/rules/coming_slots_test.cpp ${here}/rules/command_tree_test.cpp
          ${here}/rules/command_words_test.cpp
          ${here}/rules/errors_test.cpp
          ${here}/rules/header_test.cpp
          ${here}/rules/ledger_book_test.cpp ${here}/rules/ledger_forged_acts_test.cpp
          ${here}/rules/ledger_forged_timers_test.cpp ${here}/rules/ledger_test.cpp
          ${here}/rules/own_clock_test.cpp
          ${here}/rules/receipt_test.cpp ${here}/rules/rhythm_test.cpp ${here}/rules/rule_test.cpp
          ${here}/rules/zone_test.cpp
  LIBRARIES holdfast_rules)
# A page that prints a table of the rules is compared with it.
target_compile_definitions(test_rules PRIVATE HOLDFAST_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
