# What tests of real processes share: processes, practices, persons, a bad network,
# a device that speaks the wire protocol by itself, and a malicious practice.
include_guard(GLOBAL)

set(here ${CMAKE_CURRENT_LIST_DIR})
add_library(holdfast_process_fixtures STATIC
  ${here}/couple.cpp ${here}/fast_programs.cpp ${here}/middleman.cpp ${here}/person.cpp ${here}/practice_process.cpp
  ${here}/process.cpp ${here}/service_manager.cpp ${here}/tcp_proxy.cpp ${here}/temp_dir.cpp ${here}/terminal_process.cpp
  ${here}/wire_channel.cpp ${here}/wire_device.cpp)
target_include_directories(holdfast_process_fixtures PUBLIC ${CMAKE_SOURCE_DIR}/tests)
target_compile_definitions(holdfast_process_fixtures PUBLIC
  HOLDFASTD="$<TARGET_FILE:holdfastd>" HOLDFAST="$<TARGET_FILE:holdfast>"
  FAST_HOLDFASTD="$<TARGET_FILE:fast_holdfastd>" FAST_HOLDFAST="$<TARGET_FILE:fast_holdfast>")
target_link_libraries(holdfast_process_fixtures
  PUBLIC holdfast_options holdfast_stubs holdfast_crypto nlohmann_json::nlohmann_json
  PRIVATE OpenSSL::Crypto util)

# The same programs, but for the pace of schedules.
add_executable(fast_holdfastd ${CMAKE_SOURCE_DIR}/server/main.cpp ${here}/fast_schedule.cpp)
target_link_libraries(fast_holdfastd PRIVATE holdfast_server_ops holdfast_version CLI11::CLI11
  holdfast_options)
add_executable(fast_holdfast ${CMAKE_SOURCE_DIR}/client/cli/main.cpp ${here}/fast_schedule.cpp)
target_link_libraries(fast_holdfast PRIVATE holdfast_client_cli holdfast_version holdfast_options)

add_dependencies(holdfast_process_fixtures holdfastd holdfast fast_holdfastd fast_holdfast)
target_precompile_headers(holdfast_process_fixtures REUSE_FROM holdfast_stubs)
