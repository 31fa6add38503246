# What of the server's edges can be tested without a process.
if(HOLDFAST_GRPC)
  set(here ${CMAKE_CURRENT_SOURCE_DIR})
  holdfast_test(server.rpc
    SOURCES ${here}/server_rpc_connections_test.cpp ${here}/server_rpc_status_test.cpp
            ${here}/server_rpc_subscribers_test.cpp ${here}/server_rpc_token_test.cpp
    LIBRARIES holdfast_server_rpc)
  holdfast_test(server.ops
    SOURCES ${here}/server_ops_admin_socket_test.cpp ${here}/server_ops_configuration_test.cpp
            ${here}/server_ops_data_directory_test.cpp ${here}/server_ops_descriptors_test.cpp
            ${here}/server_ops_disk_guard_test.cpp
            ${here}/server_ops_log_test.cpp ${here}/server_ops_tls_identity_test.cpp
            ${here}/server_ops_watchdog_test.cpp ${here}/server/ops/command_words_test.cpp
            ${here}/server/ops/owner_test.cpp ${here}/server/ops/settings_text_test.cpp
            ${here}/server/ops/store_start_test.cpp ${here}/server/ops/system_clock_test.cpp
            ${here}/../support/temp_dir.cpp
    LIBRARIES holdfast_server_ops)
endif()
