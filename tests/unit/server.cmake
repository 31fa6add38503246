# The server's store, core and committer: none of it links gRPC, so the sanitizers
# see it all. RocksDB joins where the binaries are built.
set(here ${CMAKE_CURRENT_SOURCE_DIR})
holdfast_test(server.store
  SOURCES ${here}/server/store/memory_store_test.cpp ${here}/server/store/store_conformance.cpp
  LIBRARIES holdfast_server_store)
holdfast_test(server.core
  SOURCES ${here}/server/core/authorisation_test.cpp ${here}/server/core/bad_input_test.cpp
          ${here}/server/core/keys_test.cpp ${here}/server/core/login_test.cpp
          ${here}/server/core/invitation_test.cpp ${here}/server/core/mailbox_test.cpp
          ${here}/server/core/membership_test.cpp
          ${here}/server/core/practice_test.cpp ${here}/server/core/engine_clock_test.cpp
          ${here}/server/core/restore_test.cpp
          ${here}/server/core/send_test.cpp ${here}/server/core/timers_test.cpp
          ${here}/../support/server_account.cpp ${here}/../support/server_world.cpp
  LIBRARIES holdfast_server_core holdfast_server_records)
# An account of several devices, and what its account key decides.
holdfast_test(server.devices
  SOURCES ${here}/server/core/account_changes_test.cpp ${here}/server/core/archive_test.cpp
          ${here}/server/core/device_changes_test.cpp
          ${here}/server/core/link_test.cpp ${here}/server/core/list_changes_test.cpp
          ${here}/server/core/several_devices_test.cpp
          ${here}/server/core/suspension_test.cpp ${here}/../support/server_account.cpp
          ${here}/../support/server_ledger.cpp ${here}/../support/server_world.cpp
  LIBRARIES holdfast_server_core holdfast_server_records)
# What people sign, and what the practice does about it when its time comes.
holdfast_test(server.engine
  SOURCES ${here}/server/core/acts_together_test.cpp ${here}/server/core/ahead_bounds_test.cpp ${here}/server/core/ahead_pause_test.cpp
          ${here}/server/core/ahead_test.cpp ${here}/server/core/ahead_withdraw_test.cpp
          ${here}/server/core/inspection_test.cpp ${here}/server/core/ledger_restore_test.cpp ${here}/server/core/ledger_test.cpp
          ${here}/server/core/promises_test.cpp ${here}/server/core/quotas_test.cpp
          ${here}/server/core/refusal_test.cpp
          ${here}/server/core/slots_test.cpp ${here}/../support/server_account.cpp
          ${here}/../support/server_ledger.cpp ${here}/../support/server_world.cpp
  LIBRARIES holdfast_server_core holdfast_server_records)
holdfast_test(server.committer
  SOURCES ${here}/server/runtime/committer_heartbeat_test.cpp
          ${here}/server/runtime/committer_herd_test.cpp ${here}/server/runtime/committer_test.cpp
          ${here}/server/runtime/committer_timers_test.cpp ${here}/../support/server_ledger.cpp
          ${here}/../support/server_world.cpp
  LIBRARIES holdfast_server_runtime)
# For the thread sanitizer, which has nothing to say of the rest; its preset in
# CMakePresets.json names the target.
set_tests_properties(server.committer PROPERTIES LABELS threads)
if(HOLDFAST_GRPC)
  holdfast_test(server.rocksdb
    SOURCES ${here}/server/store/rocksdb_store_test.cpp ${here}/server/store/store_conformance.cpp
            ${here}/server/store/store_witness_test.cpp ${here}/../support/temp_dir.cpp
    LIBRARIES holdfast_server_rocksdb holdfast_server_core)
endif()
