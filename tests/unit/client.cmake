# The engine of a device against the real server core, all in one thread and
# without gRPC, so that the sanitizers see it too; and the vault's file.
set(here ${CMAKE_CURRENT_SOURCE_DIR})
add_library(holdfast_client_world STATIC
  ${here}/../support/client_world.cpp ${here}/../support/direct_transport.cpp
  ${here}/../support/server_world.cpp)
target_include_directories(holdfast_client_world PUBLIC ${CMAKE_SOURCE_DIR}/tests)
target_link_libraries(holdfast_client_world
  PUBLIC holdfast_client_core holdfast_client_words holdfast_client_storage holdfast_server_core holdfast_catch
  PRIVATE holdfast_options)
holdfast_test(client.core
  SOURCES
    ${here}/client/core/acts_together_test.cpp
    ${here}/client/core/ahead_forged_test.cpp
    ${here}/client/core/ahead_held_test.cpp
    ${here}/client/core/ahead_hostile_test.cpp
    ${here}/client/core/ahead_keys_test.cpp
    ${here}/client/core/ahead_order_test.cpp
    ${here}/client/core/ahead_restore_test.cpp
    ${here}/client/core/ahead_test.cpp
    ${here}/client/core/ahead_withdrawal_test.cpp
    ${here}/client/core/chains_test.cpp
    ${here}/client/core/clock_test.cpp ${here}/client/core/dates_test.cpp
    ${here}/client/core/content_test.cpp
    ${here}/client/core/crash_test.cpp
    ${here}/client/core/deciding_test.cpp
    ${here}/client/core/devices_crash_test.cpp
    ${here}/client/core/devices_found_test.cpp
    ${here}/client/core/devices_hostile_test.cpp
    ${here}/client/core/devices_late_test.cpp
    ${here}/client/core/devices_restore_test.cpp
    ${here}/client/core/devices_test.cpp
    ${here}/client/core/drafts_test.cpp
    ${here}/client/core/erasing_test.cpp
    ${here}/client/core/history_test.cpp
    ${here}/client/core/hostile_order_test.cpp
    ${here}/client/core/hostile_peer_test.cpp
    ${here}/client/core/hostile_test.cpp
    ${here}/client/core/invitation_test.cpp
    ${here}/client/core/kept_test.cpp
    ${here}/client/core/ledger_books_test.cpp
    ${here}/client/core/ledger_test.cpp
    ${here}/client/core/meeting_test.cpp
    ${here}/client/core/network_test.cpp
    ${here}/client/core/not_safe_test.cpp
    ${here}/client/core/promise_test.cpp
    ${here}/client/core/receipt_test.cpp
    ${here}/client/core/repair_test.cpp
    ${here}/client/core/restore_test.cpp
    ${here}/client/core/rhythm_test.cpp
    ${here}/client/core/rupture_signs_test.cpp
    ${here}/client/core/rupture_test.cpp
    ${here}/client/core/story_test.cpp
    ${here}/client/core/vault_test.cpp
    ${here}/client/core/witness_test.cpp
  LIBRARIES holdfast_client_world)
holdfast_test(client.forms
  SOURCES ${here}/client/forms/answers_test.cpp ${here}/client/forms/form_import_test.cpp
          ${here}/client/forms/shipped_test.cpp
  LIBRARIES holdfast_client_forms)
target_compile_definitions(test_client_forms
  PRIVATE HOLDFAST_VECTORS_DIR="${CMAKE_SOURCE_DIR}/tests/vectors")
holdfast_test(client.storage
  SOURCES ${here}/client/storage/storage_test.cpp ${here}/../support/temp_dir.cpp
  LIBRARIES holdfast_client_storage PkgConfig::SQLITE)
