// Where the rows of the store lie.
#include "server/core/records/keys.h"

#include "server/core/records/records.h"
#include "server/core/records/tables.h"
#include "support/catch.h"

namespace holdfast::server {
namespace {

template <class Record, class RowKey>
concept ReadAs = requires(Transaction& transaction, const RowKey& key) {
  Load<Record>(transaction, key);
};
template <class Record, class RowKey>
concept WrittenAs = requires(Transaction& transaction, const RowKey& key, const Record& record) {
  Save(transaction, key, record);
};

}  // namespace

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

TEST_CASE("the large tables are those of bodies and of what the archive holds sealed") {
  CHECK(kLargeTables ==
        keys::Body(BondId(), 1).substr(0, 1) + keys::ArchiveSealed(AccountKey(), 1).substr(0, 1));
}

TEST_CASE("a row is read and written as the record that its key names, and as no other") {
  using Envelopes = decltype(keys::Envelope(BondId(), 1));
  STATIC_REQUIRE(ReadAs<EnvelopeRecord, Envelopes>);
  STATIC_REQUIRE(WrittenAs<EnvelopeRecord, Envelopes>);
  STATIC_REQUIRE_FALSE(ReadAs<BondRecord, Envelopes>);
  STATIC_REQUIRE_FALSE(WrittenAs<BondRecord, Envelopes>);
  STATIC_REQUIRE_FALSE(ReadAs<EnvelopeRecord, decltype(keys::Body(BondId(), 1))>);
}

}  // namespace holdfast::server
