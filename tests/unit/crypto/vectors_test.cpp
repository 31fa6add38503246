// The vectors in tests/vectors are what this implementation computes. Run with
// HOLDFAST_WRITE_VECTORS=1 to write them anew after a deliberate change.
#include "unit/crypto/vectors.h"

#include <cstdlib>
#include <fstream>
#include <string>

#include "support/catch.h"

namespace holdfast::crypto {
namespace {

void CheckVectors(const std::string& name, const Json& computed) {
  const std::string path = std::string(HOLDFAST_VECTORS_DIR) + "/" + name + ".json";
  if (std::getenv("HOLDFAST_WRITE_VECTORS") != nullptr) {
    std::ofstream(path) << computed.dump(2) << '\n';
  }
  std::ifstream file(path);
  REQUIRE(file.good());
  const Json stored = Json::parse(file);
  CHECK(stored == computed);
}

TEST_CASE("headers agree with the vectors", "[vectors]") {
  CheckVectors("header", HeaderVectors());
}
TEST_CASE("statements and their signatures agree with the vectors", "[vectors]") {
  CheckVectors("statements", StatementVectors());
}
TEST_CASE("codes and what is derived from them agree with the vectors", "[vectors]") {
  CheckVectors("codes", CodeVectors());
}
TEST_CASE("handshakes agree with the vectors", "[vectors]") {
  CheckVectors("handshake", HandshakeVectors());
}
TEST_CASE("session messages agree with the vectors", "[vectors]") {
  CheckVectors("session", SessionVectors());
}
TEST_CASE("bodies, capsules, chains and hashes agree with the vectors", "[vectors]") {
  CheckVectors("envelope", EnvelopeVectors());
}
TEST_CASE("receipts agree with the vectors", "[vectors]") {
  CheckVectors("receipt", ReceiptVectors());
}
TEST_CASE("vault keys and values agree with the vectors", "[vectors]") {
  CheckVectors("vault", VaultVectors());
}
TEST_CASE("acts agree with the vectors", "[vectors]") { CheckVectors("acts", ActVectors()); }
TEST_CASE("a ledger agrees with the vectors", "[vectors]") {
  CheckVectors("ledger", LedgerVectors());
}
TEST_CASE("due times agree with the vectors", "[vectors]") {
  CheckVectors("due_times", DueTimeVectors());
}
TEST_CASE("slots agree with the vectors", "[vectors]") { CheckVectors("slots", SlotVectors()); }
TEST_CASE("an account's devices and codes agree with the vectors", "[vectors]") {
  CheckVectors("devices", DeviceVectors());
}
TEST_CASE("records of an archive agree with the vectors", "[vectors]") {
  CheckVectors("archive", ArchiveVectors());
}

}  // namespace
}  // namespace holdfast::crypto
