holdfast_test(crypto
  SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/crypto/account_change_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/aead_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/ahead_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/archive_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/body_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/capsule_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/code_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/devices_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/hash_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/ledger_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/merkle_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/ratchet_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/receipt_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/recovery_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/sealed_file_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/secret_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/signature_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/statement_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/support.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/x25519_test.cpp
  LIBRARIES holdfast_crypto PkgConfig::SODIUM)

holdfast_test(crypto.sessions
  SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/crypto/session_failure_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/session_script_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/session_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/support.cpp
  LIBRARIES holdfast_crypto PkgConfig::SODIUM)

# tests/vectors/check.py is a second implementation, made from PROTOCOL.md alone.
find_package(nlohmann_json REQUIRED)
holdfast_test(crypto.vectors
  SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/crypto/support.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/vectors_acts.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/vectors_archive.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/vectors_devices.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/vectors_ledger.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/vectors_public.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/vectors_schedule.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/vectors_sealed.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/vectors_support.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto/vectors_test.cpp
  LIBRARIES holdfast_crypto nlohmann_json::nlohmann_json PkgConfig::SODIUM)
target_compile_definitions(test_crypto_vectors
  PRIVATE HOLDFAST_VECTORS_DIR="${CMAKE_SOURCE_DIR}/tests/vectors")
find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
  add_test(NAME crypto.second_implementation
           COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tests/vectors/check.py)
  add_test(NAME house.fuzz_seeds
           COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tests/fuzz/seeds.py --check)
  set_tests_properties(crypto.second_implementation house.fuzz_seeds PROPERTIES
    TIMEOUT 120 ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
endif()
