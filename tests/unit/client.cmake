# The engine of a device against the real server core, all in one thread and
# without gRPC, so that the sanitizers see it too; and the vault's file.
set(here ${CMAKE_CURRENT_SOURCE_DIR})
add_library(holdfast_client_world STATIC
  ${here}/../support/client_world.cpp ${here}/../support/direct_transport.cpp
  ${here}/../support/server_world.cpp)
target_include_directories(holdfast_client_world PUBLIC ${CMAKE_SOURCE_DIR}/tests)
target_link_libraries(holdfast_client_world
  PUBLIC holdfast_client_core holdfast_client_storage holdfast_server_core holdfast_catch
  PRIVATE holdfast_options)
holdfast_test(client.core
  SOURCES ${here}/client_ahead_test.cpp ${here}/client_ahead_forged_test.cpp
          ${here}/client_ahead_hostile_test.cpp ${here}/client_ahead_order_test.cpp
          ${here}/client_ahead_restore_test.cpp ${here}/client_ahead_withdrawal_test.cpp
          ${here}/client_chains_test.cpp ${here}/client_content_test.cpp
          ${here}/client_crash_test.cpp ${here}/client_drafts_test.cpp
          ${here}/client_hostile_test.cpp
          ${here}/client_hostile_order_test.cpp ${here}/client_hostile_peer_test.cpp
          ${here}/client_invitation_test.cpp ${here}/client_ledger_test.cpp
          ${here}/client_network_test.cpp ${here}/client_promise_test.cpp
          ${here}/client_receipt_test.cpp ${here}/client_rhythm_test.cpp
          ${here}/client_restore_test.cpp ${here}/client_rupture_test.cpp
          ${here}/client_story_test.cpp
          ${here}/client_vault_test.cpp
  LIBRARIES holdfast_client_world)
holdfast_test(client.storage
  SOURCES ${here}/client_storage_test.cpp ${here}/../support/temp_dir.cpp
  LIBRARIES holdfast_client_storage PkgConfig::SQLITE)
