#include "server/core/records/keys.h"

#include "server/core/records/tables.h"
#include "support/catch.h"

namespace holdfast::server {

TEST_CASE("keys sort as their numbers do") {
  const DeviceId device;
  CHECK(keys::MailboxEntry(device, 255) < keys::MailboxEntry(device, 256));
  CHECK(keys::MailboxEntry(device, 1) < keys::MailboxEntry(device, ~0ull));
  CHECK(keys::LastNumber(keys::MailboxEntry(device, 0x0102030405060708)) == 0x0102030405060708);
}

TEST_CASE("the first key after a prefix is after all of it and before the next") {
  CHECK(keys::AfterPrefix("ab") == "ac");
  CHECK(keys::AfterPrefix("a\xff\xff") == "b");
  CHECK(keys::AfterPrefix("\xff").empty());
}

TEST_CASE("the large table is the bodies' one") {
  CHECK(kLargeTables == keys::Body(BondId(), 1).substr(0, 1));
}

}  // namespace holdfast::server
