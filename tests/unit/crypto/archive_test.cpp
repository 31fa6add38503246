// The archive's records, and how its key comes to the devices.
#include "crypto/archive.h"

#include "crypto/public/hash.h"
#include "rules/limits.h"
#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

ArchiveRecord SampleRecord() {
  return {.account = Filled<AccountKey>('a'),
          .number = 2,
          .previous = Filled<Hash>('p'),
          .epoch = 1,
          .device = Filled<DeviceId>('d'),
          .at_ms = kNowMs,
          .sealed_hash = Filled<Hash>('s')};
}

ArchiveEpoch SampleEpoch() {
  return {.account = Filled<AccountKey>('a'),
          .epoch = 2,
          .list_version = 2,
          .list_hash = Filled<Hash>('l'),
          .at_ms = kNowMs,
          .previous = Bytes(kSealedArchiveKeyBytes, 'p'),
          .ephemeral = Filled<DhKey>('e'),
          .devices = {{Filled<DeviceId>('1'), Bytes(kSealedArchiveKeyBytes, 'x')},
                      {Filled<DeviceId>('2'), Bytes(kSealedArchiveKeyBytes, 'y')}}};
}

// An epoch of two people's devices, as if they were of one account.
struct TwoDevices {
  TwoDevices() {
    REQUIRE(SealArchiveEpoch(epoch, key, previous, psk,
                             {{first.device, first.certificate, Hash(), {}},
                              {second.device, second.certificate, Hash(), {}}})
                .ok());
  }
  absl::Status Open(const ArchiveEpoch& of) const {
    return OpenArchiveEpoch(of, first.device, first.identity.secret, psk).status();
  }

  Person first;
  Person second;
  PreSharedKey psk = PreSharedKey::Random();
  ArchiveKey key = ArchiveKey::Random();
  ArchiveKey previous = ArchiveKey::Random();
  ArchiveEpoch epoch = SampleEpoch();
};

TEST_CASE("records and epochs have one encoding of their size", "[archive]") {
  CheckCanonical(SampleRecord(), EncodeArchiveRecord, DecodeArchiveRecord);
  CheckCanonical(SampleEpoch(), EncodeArchiveEpoch, DecodeArchiveEpoch);
  CHECK(EncodeArchiveRecord(SampleRecord()).size() == 133);
  CHECK(EncodeArchiveEpoch(SampleEpoch()).size() == 186 + 2 * 88);
  ArchiveEpoch largest = SampleEpoch();
  largest.devices.clear();
  for (char device = 'a'; device < 'i'; ++device) {
    largest.devices.push_back({Filled<DeviceId>(device), Bytes(kSealedArchiveKeyBytes, 'x')});
  }
  CHECK(EncodeArchiveEpoch(largest).size() <= limits::kStatementBytesMax);
  CHECK(DecodeArchiveEpoch(EncodeArchiveEpoch(largest)).value() == largest);
}

TEST_CASE("a record that no device can have made is refused by field", "[archive]") {
  ArchiveRecord record = SampleRecord();
  const auto refused = [&](std::string_view field) {
    return Refuses(DecodeArchiveRecord(EncodeArchiveRecord(record)).status(),
                   Reason::kMalformedField, field);
  };
  record.number = 0;
  CHECK(refused("archive_record.number"));
  record = SampleRecord();
  record.epoch = 0;
  CHECK(refused("archive_record.epoch"));
  record = SampleRecord();
  record.number = 1;
  CHECK(refused("archive_record.previous"));
  record = SampleRecord();
  record.previous = Hash();
  CHECK(refused("archive_record.previous"));
  for (const std::uint64_t time_ms :
       {std::uint64_t{0}, limits::kTimeMinMs - 1, limits::kTimeMaxMs + 1, ~std::uint64_t{0}}) {
    record = SampleRecord();
    record.at_ms = time_ms;
    CHECK(refused("archive_record.at_ms"));
  }
  Bytes newer = EncodeArchiveRecord(SampleRecord());
  newer[0] = 2;
  CHECK(Refuses(DecodeArchiveRecord(newer).status(), Reason::kUnsupportedVersion,
                "archive_record.version"));
}

TEST_CASE("an epoch that no account can have decided is refused by field", "[archive]") {
  ArchiveEpoch epoch = SampleEpoch();
  const auto refused = [&](std::string_view field) {
    return Refuses(DecodeArchiveEpoch(EncodeArchiveEpoch(epoch)).status(), Reason::kMalformedField,
                   field);
  };
  for (const std::uint32_t number : {0U, 1U}) {
    epoch.epoch = number;
    CHECK(refused("archive_epoch.epoch"));
  }
  epoch = SampleEpoch();
  epoch.list_version = 0;
  CHECK(refused("archive_epoch.list_version"));
  epoch = SampleEpoch();
  epoch.at_ms = limits::kTimeMaxMs + 1;
  CHECK(refused("archive_epoch.at_ms"));
  epoch = SampleEpoch();
  epoch.ephemeral = DhKey();
  CHECK(refused("archive_epoch.ephemeral"));
  epoch = SampleEpoch();
  epoch.devices[1].device = epoch.devices[0].device;
  CHECK(refused("archive_epoch.devices"));
  epoch.devices.clear();
  CHECK(refused("archive_epoch.devices"));
  for (char device = 'a'; device < 'j'; ++device) {
    epoch.devices.push_back({Filled<DeviceId>(device), Bytes(kSealedArchiveKeyBytes, 'x')});
  }
  CHECK(refused("archive_epoch.devices"));
  Bytes newer = EncodeArchiveEpoch(SampleEpoch());
  newer[0] = 2;
  CHECK(Refuses(DecodeArchiveEpoch(newer).status(), Reason::kUnsupportedVersion,
                "archive_epoch.version"));
}

TEST_CASE("records and epochs count only under who signs them", "[archive]") {
  const SigningKey device = SigningKey::Generate();
  const auto key = device.public_key<DeviceKey>();
  const Signed record = SignArchiveRecord(device, SampleRecord());
  CHECK(VerifyArchiveRecord(record, key).value() == SampleRecord());
  CHECK(
      Refuses(VerifyArchiveRecord(record, SigningKey::Generate().public_key<DeviceKey>()).status(),
              Reason::kIntegrity, "archive_record.signature"));
  Signed changed = record;
  changed.statement.back() = static_cast<char>(changed.statement.back() ^ 1);  // what is sealed
  CHECK(Refuses(VerifyArchiveRecord(changed, key).status(), Reason::kIntegrity,
                "archive_record.signature"));

  const SigningKey account = SigningKey::Generate();
  ArchiveEpoch epoch = SampleEpoch();
  epoch.account = account.public_key<AccountKey>();
  const Signed decided = SignArchiveEpoch(account, epoch);
  CHECK(VerifyArchiveEpoch(decided, epoch.account).value() == epoch);
  CHECK(Refuses(
      VerifyArchiveEpoch(SignArchiveEpoch(SigningKey::Generate(), epoch), epoch.account).status(),
      Reason::kIntegrity, "archive_epoch.signature"));
  CHECK(
      Refuses(VerifyArchiveEpoch(SignArchiveEpoch(account, SampleEpoch()), epoch.account).status(),
              Reason::kIntegrity, "archive_epoch.account"));
}

TEST_CASE("a record opens only as it was sealed, in its place", "[archive]") {
  const ArchiveKey key = ArchiveKey::Random();
  ArchiveRecord record = SampleRecord();
  const Bytes sealed = SealArchiveRecord(key, record, "facts stand here").value();
  CHECK(sealed.size() == 256 + limits::kBodyOverheadBytes);
  CHECK(record.sealed_hash == ArchiveSealedHash(sealed));
  CHECK(OpenArchiveRecord(key, record, sealed).value().Expose() == "facts stand here");
  CHECK(Refuses(OpenArchiveRecord(ArchiveKey::Random(), record, sealed).status(),
                Reason::kNotDecryptable, "body"));
  // Each field of it is bound to what is sealed.
  const auto opens = [&](const ArchiveRecord& as) {
    return OpenArchiveRecord(key, as, sealed).ok();
  };
  ArchiveRecord other = record;
  other.account = Filled<AccountKey>('x');
  CHECK_FALSE(opens(other));
  other = record;
  other.number += 1;
  CHECK_FALSE(opens(other));
  other = record;
  other.previous = Filled<Hash>('x');
  CHECK_FALSE(opens(other));
  other = record;
  other.epoch += 1;
  CHECK_FALSE(opens(other));
  other = record;
  other.device = Filled<DeviceId>('x');
  CHECK_FALSE(opens(other));
  other = record;
  other.at_ms += 1;
  CHECK_FALSE(opens(other));
}

TEST_CASE("other bytes than the record names are not opened", "[archive]") {
  const ArchiveKey key = ArchiveKey::Random();
  ArchiveRecord record = SampleRecord();
  const Bytes sealed = SealArchiveRecord(key, record, "facts").value();
  Bytes changed = sealed;
  changed[100] = static_cast<char>(changed[100] ^ 1);
  CHECK(Refuses(OpenArchiveRecord(key, record, changed).status(), Reason::kIntegrity,
                "archive_record.sealed"));
  record.sealed_hash = ArchiveSealedHash(changed);
  CHECK(Refuses(OpenArchiveRecord(key, record, changed).status(), Reason::kNotDecryptable, "body"));
  CHECK(Refuses(SealArchiveRecord(key, record, Bytes(limits::kContentBytesMax + 1, 'x')).status(),
                Reason::kTooLarge, "content"));
}

TEST_CASE("an epoch's key comes to its devices, and by it the key before", "[archive]") {
  const TwoDevices two;
  CHECK(OpenArchiveEpoch(two.epoch, two.first.device, two.first.identity.secret, two.psk).value() ==
        two.key);
  CHECK(
      OpenArchiveEpoch(two.epoch, two.second.device, two.second.identity.secret, two.psk).value() ==
      two.key);
  CHECK(Refuses(OpenArchiveEpoch(two.epoch, two.first.device, two.first.identity.secret,
                                 PreSharedKey::Random())
                    .status(),
                Reason::kNotDecryptable, "archive_epoch.devices"));
  CHECK(OpenPreviousArchiveKey(two.epoch, two.key).value() == two.previous);
  CHECK(Refuses(OpenPreviousArchiveKey(two.epoch, two.previous).status(), Reason::kNotDecryptable,
                "archive_epoch.previous"));
  const Person third;
  CHECK(Refuses(OpenArchiveEpoch(two.epoch, third.device, third.identity.secret, two.psk).status(),
                Reason::kNotDecryptable, "archive_epoch.devices"));
  CHECK(Refuses(
      OpenArchiveEpoch(two.epoch, two.first.device, third.identity.secret, two.psk).status(),
      Reason::kNotDecryptable, "archive_epoch.devices"));
}

TEST_CASE("an epoch's key is bound to its account, number, list and ephemeral", "[archive]") {
  const TwoDevices two;
  CHECK(two.Open(two.epoch).ok());
  ArchiveEpoch other = two.epoch;
  other.account = Filled<AccountKey>('x');
  CHECK_FALSE(two.Open(other).ok());
  CHECK_FALSE(OpenPreviousArchiveKey(other, two.key).ok());
  other = two.epoch;
  other.epoch += 1;
  CHECK_FALSE(two.Open(other).ok());
  CHECK_FALSE(OpenPreviousArchiveKey(other, two.key).ok());
  other = two.epoch;
  other.list_hash = Filled<Hash>('x');
  CHECK_FALSE(two.Open(other).ok());
  other = two.epoch;
  other.ephemeral = GenerateDhPair().key;
  CHECK_FALSE(two.Open(other).ok());
  other = two.epoch;
  std::swap(other.devices[0].sealed, other.devices[1].sealed);
  CHECK_FALSE(two.Open(other).ok());
  for (std::size_t i = 0; i < kSealedArchiveKeyBytes; ++i) {
    other = two.epoch;
    other.devices[0].sealed[i] = static_cast<char>(other.devices[0].sealed[i] ^ 1);
    CHECK_FALSE(two.Open(other).ok());
  }
}

}  // namespace
}  // namespace holdfast::crypto
