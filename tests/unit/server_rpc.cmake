# What of the server's edges can be tested without a process.
if(HOLDFAST_GRPC)
  set(here ${CMAKE_CURRENT_SOURCE_DIR})
  holdfast_test(server.rpc
    SOURCES ${here}/server/rpc/connections_test.cpp ${here}/server/rpc/listener_test.cpp
            ${here}/server/rpc/status_test.cpp ${here}/server/rpc/steps_test.cpp
            ${here}/server/rpc/stream_guard_test.cpp
            ${here}/server/rpc/stream_counts_test.cpp ${here}/server/rpc/subscribers_test.cpp ${here}/server/rpc/token_test.cpp
    LIBRARIES holdfast_server_rpc)
  holdfast_test(server.ops
    SOURCES ${here}/server/ops/admin_socket_test.cpp ${here}/server/ops/backup_test.cpp
            ${here}/server/ops/check_test.cpp ${here}/server/ops/command_line_test.cpp
            ${here}/server/ops/configuration_test.cpp ${here}/server/ops/data_directory_test.cpp
            ${here}/server/ops/restore_test.cpp
            ${here}/server/ops/descriptors_test.cpp ${here}/server/ops/disk_guard_test.cpp
            ${here}/server/ops/log_test.cpp ${here}/server/ops/metrics_test.cpp ${here}/server/ops/owner_test.cpp
            ${here}/server/ops/service_manager_test.cpp ${here}/server/ops/settings_text_test.cpp ${here}/server/ops/store_start_test.cpp
            ${here}/server/ops/system_clock_test.cpp ${here}/server/ops/tls_identity_test.cpp
            ${here}/server/ops/tls_in_use_test.cpp
            ${here}/server/ops/watchdog_test.cpp ${here}/../support/temp_dir.cpp
    LIBRARIES holdfast_server_ops)
  target_compile_definitions(test_server_ops PRIVATE HOLDFAST_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
endif()
