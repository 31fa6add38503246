holdfast_test(crypto
  SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/crypto_aead_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_ahead_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_body_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_capsule_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_code_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_devices_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_hash_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_ledger_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_merkle_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_ratchet_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_receipt_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_recovery_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_secret_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_signature_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_statement_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_support.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_x25519_test.cpp
  LIBRARIES holdfast_crypto PkgConfig::SODIUM)

holdfast_test(crypto.sessions
  SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/crypto_session_failure_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_session_script_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_session_test.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_support.cpp
  LIBRARIES holdfast_crypto PkgConfig::SODIUM)

# tests/vectors/check.py is a second implementation, made from PROTOCOL.md alone.
find_package(nlohmann_json REQUIRED)
holdfast_test(crypto.vectors
  SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/crypto_support.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_vectors_acts.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_vectors_ledger.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_vectors_public.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_vectors_schedule.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_vectors_sealed.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_vectors_support.cpp
          ${CMAKE_CURRENT_SOURCE_DIR}/crypto_vectors_test.cpp
  LIBRARIES holdfast_crypto nlohmann_json::nlohmann_json PkgConfig::SODIUM)
target_compile_definitions(test_crypto_vectors
  PRIVATE HOLDFAST_VECTORS_DIR="${CMAKE_SOURCE_DIR}/tests/vectors")
find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
  add_test(NAME crypto.second_implementation
           COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tests/vectors/check.py)
  set_tests_properties(crypto.second_implementation PROPERTIES
    TIMEOUT 120 ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
endif()
