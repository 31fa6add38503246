set(here ${CMAKE_CURRENT_SOURCE_DIR})
holdfast_test(rules
  SOURCES ${here}/rules_act_test.cpp ${here}/rules_availability_test.cpp
          ${here}/rules_coming_slots_test.cpp ${here}/rules_errors_test.cpp
          ${here}/rules_header_test.cpp
          ${here}/rules_ledger_book_test.cpp ${here}/rules_ledger_forged_acts_test.cpp
          ${here}/rules_ledger_forged_timers_test.cpp ${here}/rules_ledger_test.cpp
          ${here}/rules_receipt_test.cpp ${here}/rules_rhythm_test.cpp ${here}/rules_rule_test.cpp
          ${here}/rules_zone_test.cpp
  LIBRARIES holdfast_rules)
