# The command line's parts, and its way to the practice over real TLS.
if(HOLDFAST_GRPC)
  set(here ${CMAKE_CURRENT_SOURCE_DIR})
  holdfast_test(client.cli
    SOURCES ${here}/cli_ahead_test.cpp ${here}/cli_edited_text_test.cpp ${here}/cli_json_test.cpp ${here}/cli_loop_test.cpp ${here}/cli_profile_test.cpp
            ${here}/cli_schedule_test.cpp ${here}/cli_text_test.cpp ${here}/cli_times_test.cpp
            ${here}/cli_words_test.cpp ${here}/cli_zone_test.cpp ${here}/../support/temp_dir.cpp
    LIBRARIES holdfast_client_cli)
  holdfast_test(client.transport
    SOURCES ${here}/cli_transport_test.cpp ${here}/cli_wire_status_test.cpp
    LIBRARIES holdfast_client_cli holdfast_stubs OpenSSL::Crypto)
endif()
