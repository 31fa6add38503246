# The command line's parts, and its way to the practice over real TLS.
if(HOLDFAST_GRPC)
  set(here ${CMAKE_CURRENT_SOURCE_DIR})
  holdfast_test(client.cli
    SOURCES ${here}/client/cli/ahead_test.cpp ${here}/client/cli/arguments_test.cpp
            ${here}/client/cli/calendar_file_test.cpp ${here}/client/cli/caseload_test.cpp
            ${here}/client/cli/edited_text_test.cpp ${here}/client/cli/export_fhir_test.cpp
  ${here}/client/cli/export_test.cpp ${here}/client/cli/form_words_test.cpp
            ${here}/client/cli/guides_test.cpp
            ${here}/client/cli/json_test.cpp ${here}/client/cli/loop_test.cpp
            ${here}/client/cli/options_test.cpp ${here}/client/cli/pasted_text_test.cpp
            ${here}/client/cli/profile_test.cpp ${here}/client/cli/schedule_input_test.cpp
            ${here}/client/cli/schedule_test.cpp ${here}/client/cli/signing_test.cpp
            ${here}/client/cli/text_test.cpp ${here}/client/cli/times_test.cpp
            ${here}/client/cli/trend_page_test.cpp
            ${here}/client/cli/words_test.cpp ${here}/client/host/zone_test.cpp ${here}/../support/temp_dir.cpp
            ${here}/client/cli/help_text_test.cpp ${here}/client/cli/history_file_test.cpp ${here}/client/cli/naming_test.cpp
            ${here}/client/cli/private_output_test.cpp ${here}/client/cli/qr_test.cpp ${here}/client/cli/searching_test.cpp ${here}/client/cli/summary_test.cpp
    LIBRARIES holdfast_client_cli PkgConfig::ICAL)
  target_compile_definitions(test_client_cli PRIVATE HOLDFAST_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
    HOLDFAST_BINARY_DIR="${CMAKE_BINARY_DIR}")
  # Real session buses, and what shows notices on them.
  holdfast_test(client.desktop
    SOURCES ${here}/client/desktop/desktop_notices_test.cpp
            ${here}/../support/desktop_session.cpp ${here}/../support/process.cpp
            ${here}/../support/temp_dir.cpp
    LIBRARIES holdfast_client_desktop PkgConfig::SYSTEMD)
  holdfast_test(client.transport
    SOURCES ${here}/client/transport/transport_test.cpp ${here}/client/transport/wire_status_test.cpp
    LIBRARIES holdfast_client_cli holdfast_stubs OpenSSL::Crypto)
endif()
