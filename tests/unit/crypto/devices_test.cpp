// Device certificates and lists.
#include "crypto/public/device.h"
#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

// An account as a server would show it: its lists, and the newest one's devices.
struct Shown {
  SigningKey key = SigningKey::Generate();
  AccountKey account = key.public_key<AccountKey>();
  std::vector<Signed> lists;
  std::vector<SigningKey> devices;
  std::vector<Certificate> certified;
  std::vector<Signed> certificates;
  std::vector<Signed> prekeys;

  void AddDevice() {
    devices.push_back(SigningKey::Generate());
    const Certificate certificate{account, devices.back().public_key<DeviceKey>(),
                                  GenerateDhPair().key, kNowMs};
    certified.push_back(certificate);
    certificates.push_back(SignCertificate(key, certificate));
    AddList();
  }

  DeviceList NextList() const {
    DeviceList list{account, static_cast<std::uint32_t>(lists.size() + 1), Hash(), kNowMs, {}};
    if (!lists.empty()) list.previous = HashAt(lists.size());
    for (const Certificate& device : certified) list.devices.push_back(DeviceIdOf(device));
    return list;
  }

  void AddList() {
    lists.push_back(SignDeviceList(key, NextList()));
    prekeys.clear();
    for (std::size_t i = 0; i < devices.size(); ++i) {
      prekeys.push_back(
          PrekeyOver(i, static_cast<std::uint32_t>(lists.size()), HashAt(lists.size())));
    }
  }

  Signed PrekeyOver(std::size_t device, std::uint32_t version, const Hash& hash) const {
    return SignPrekey(devices[device], {DeviceIdOf(certified[device]), 1, GenerateDhPair().key,
                                        kNowMs, version, hash});
  }

  Hash HashAt(std::size_t version) const { return DeviceListHash(lists[version - 1].statement); }

  std::vector<Signed> ListsAfter(std::size_t version) const {
    return {lists.begin() + static_cast<std::ptrdiff_t>(version), lists.end()};
  }

  absl::StatusOr<VerifiedDevices> Verify(std::size_t known = 0) const {
    const Hash hash = known == 0 ? Hash() : HashAt(known);
    return VerifyDevices(account, static_cast<std::uint32_t>(known), hash, ListsAfter(known),
                         certificates, prekeys);
  }
};

Shown ThreeDevices() {
  Shown shown;
  for (int i = 0; i < 3; ++i) shown.AddDevice();
  return shown;
}

TEST_CASE("a chain of device lists is followed from nothing and from any version", "[devices]") {
  const Shown shown = ThreeDevices();
  for (std::size_t known = 0; known < 3; ++known) {
    const auto verified = shown.Verify(known);
    REQUIRE(verified.ok());
    CHECK(verified->version == 3);
    CHECK(verified->list_hash == shown.HashAt(3));
    REQUIRE(verified->devices.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(verified->devices[i].certificate == shown.certified[i]);
      CHECK(verified->devices[i].id == DeviceIdOf(shown.certified[i]));
      CHECK(verified->devices[i].certificate_hash ==
            CertificateHash(shown.certificates[i].statement));
    }
  }
}

TEST_CASE("the newest list alone stands where nothing newer is known", "[devices]") {
  const Shown shown = ThreeDevices();
  CHECK(VerifyDevices(shown.account, 3, shown.HashAt(3), shown.ListsAfter(2), shown.certificates,
                      shown.prekeys)
            .ok());
  CHECK(Refuses(VerifyDevices(shown.account, 3, Filled<Hash>('x'), shown.ListsAfter(2),
                              shown.certificates, shown.prekeys)
                    .status(),
                Reason::kIntegrity, "devices.lists"));
}

TEST_CASE("a gap, a step back or a foreign list in the chain is an alarm", "[devices]") {
  const Shown shown = ThreeDevices();
  const auto verify = [&](std::vector<Signed> lists, std::uint32_t known, const Hash& hash) {
    return VerifyDevices(shown.account, known, hash, lists, shown.certificates, shown.prekeys)
        .status();
  };
  CHECK(Refuses(verify({shown.lists[0], shown.lists[2]}, 0, Hash()), Reason::kIntegrity,
                "devices.lists"));
  CHECK(Refuses(verify({shown.lists[2]}, 0, Hash()), Reason::kIntegrity, "devices.lists"));
  CHECK(Refuses(verify({shown.lists[2], shown.lists[1]}, 2, shown.HashAt(2)), Reason::kIntegrity,
                "devices.lists"));
  CHECK(Refuses(verify({shown.lists[1]}, 3, shown.HashAt(3)), Reason::kIntegrity, "devices.lists"));
  CHECK(
      Refuses(verify({shown.lists[2]}, 2, Filled<Hash>('x')), Reason::kIntegrity, "devices.lists"));
  CHECK(Refuses(verify({}, 0, Hash()), Reason::kMalformedField, "devices.lists"));
  const Shown stranger = ThreeDevices();
  CHECK(Refuses(verify(stranger.lists, 0, Hash()), Reason::kIntegrity, "device_list.signature"));
}

TEST_CASE("two lists of one version are an alarm", "[devices]") {
  Shown shown = ThreeDevices();
  DeviceList second = DecodeDeviceList(shown.lists[2].statement).value();
  second.issued_at_ms += 1;
  const Signed other = SignDeviceList(shown.key, second);
  CHECK(Refuses(VerifyDevices(shown.account, 0, Hash(),
                              {shown.lists[0], shown.lists[1], shown.lists[2], other},
                              shown.certificates, shown.prekeys)
                    .status(),
                Reason::kIntegrity, "devices.lists"));
  CHECK(Refuses(
      VerifyDevices(shown.account, 3, shown.HashAt(3), {other}, shown.certificates, shown.prekeys)
          .status(),
      Reason::kIntegrity, "devices.lists"));
}

TEST_CASE("swapped, missing or uncertified devices are refused", "[devices]") {
  Shown shown = ThreeDevices();
  std::swap(shown.certificates[0], shown.certificates[1]);
  CHECK(Refuses(shown.Verify().status(), Reason::kIntegrity, "devices.certificates"));
  std::swap(shown.certificates[0], shown.certificates[1]);
  shown.certificates[2] = SignCertificate(SigningKey::Generate(), shown.certified[2]);
  CHECK(Refuses(shown.Verify().status(), Reason::kIntegrity, "certificate.signature"));
  shown.certificates.pop_back();
  CHECK(Refuses(shown.Verify().status(), Reason::kMalformedField, "devices.certificates"));
}

TEST_CASE("a device's identity key cannot be exchanged under its id", "[devices]") {
  Shown shown = ThreeDevices();
  Certificate forged = shown.certified[0];
  forged.identity = GenerateDhPair().key;
  shown.certificates[0] = SignCertificate(shown.key, forged);
  CHECK(Refuses(shown.Verify().status(), Reason::kIntegrity, "devices.certificates"));
}

TEST_CASE("prekeys must be their device's and agree with the lists", "[devices]") {
  Shown shown = ThreeDevices();
  const Signed good = shown.prekeys[1];
  shown.prekeys[1] = shown.PrekeyOver(1, 2, shown.HashAt(2));
  CHECK(shown.Verify().ok());  // not yet renewed since the newest list
  shown.prekeys[1] = shown.PrekeyOver(1, 2, Filled<Hash>('x'));
  CHECK(Refuses(shown.Verify().status(), Reason::kIntegrity, "devices.prekeys"));
  shown.prekeys[1] = shown.PrekeyOver(1, 3, Filled<Hash>('x'));
  CHECK(Refuses(shown.Verify().status(), Reason::kIntegrity, "devices.prekeys"));
  shown.prekeys[1] = shown.PrekeyOver(1, 4, Filled<Hash>('x'));
  CHECK(Refuses(shown.Verify().status(), Reason::kIntegrity, "devices.prekeys"));
  shown.prekeys[1] = shown.prekeys[0];
  CHECK(Refuses(shown.Verify().status(), Reason::kIntegrity, "prekey.signature"));
  shown.prekeys[1] = SignPrekey(
      shown.devices[1],
      {DeviceIdOf(shown.certified[0]), 1, GenerateDhPair().key, kNowMs, 3, shown.HashAt(3)});
  CHECK(Refuses(shown.Verify().status(), Reason::kIntegrity, "devices.prekeys"));
  shown.prekeys = {good};
  CHECK(Refuses(shown.Verify().status(), Reason::kMalformedField, "devices.prekeys"));
}

}  // namespace
}  // namespace holdfast::crypto
