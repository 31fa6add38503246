# The server's store, core and committer: none of it links gRPC, so the sanitizers
# see it all. RocksDB joins where the binaries are built.
set(here ${CMAKE_CURRENT_SOURCE_DIR})
holdfast_test(server.store
  SOURCES ${here}/server_memory_store_test.cpp ${here}/server_store_conformance.cpp
  LIBRARIES holdfast_server_store)
holdfast_test(server.core
  SOURCES ${here}/server_authorisation_test.cpp ${here}/server_bad_input_test.cpp
          ${here}/server_keys_test.cpp ${here}/server_login_test.cpp
          ${here}/server_mailbox_test.cpp ${here}/server_membership_test.cpp
          ${here}/server_practice_test.cpp ${here}/server_progress_test.cpp
          ${here}/server_quotas_test.cpp ${here}/server_restore_test.cpp ${here}/server_send_test.cpp
          ${here}/server_timers_test.cpp ${here}/../support/server_world.cpp
  LIBRARIES holdfast_server_core holdfast_server_records)
# What people sign, and what the practice does about it when its time comes.
holdfast_test(server.engine
  SOURCES ${here}/server_ahead_bounds_test.cpp ${here}/server_ahead_pause_test.cpp
          ${here}/server_ahead_test.cpp ${here}/server_ahead_withdraw_test.cpp
          ${here}/server_ledger_restore_test.cpp ${here}/server_ledger_test.cpp
          ${here}/server_promises_test.cpp ${here}/server_slots_test.cpp
          ${here}/../support/server_ledger.cpp ${here}/../support/server_world.cpp
  LIBRARIES holdfast_server_core holdfast_server_records)
holdfast_test(server.committer
  SOURCES ${here}/server_committer_herd_test.cpp ${here}/server_committer_test.cpp
          ${here}/server_committer_timers_test.cpp ${here}/../support/server_ledger.cpp
          ${here}/../support/server_world.cpp
  LIBRARIES holdfast_server_runtime)
# For the thread sanitizer, which has nothing to say of the rest; its preset in
# CMakePresets.json names the target.
set_tests_properties(server.committer PROPERTIES LABELS threads)
if(HOLDFAST_GRPC)
  holdfast_test(server.rocksdb
    SOURCES ${here}/server_rocksdb_store_test.cpp ${here}/server_store_conformance.cpp
            ${here}/server/store/store_witness_test.cpp ${here}/../support/temp_dir.cpp
    LIBRARIES holdfast_server_rocksdb holdfast_server_core)
endif()
