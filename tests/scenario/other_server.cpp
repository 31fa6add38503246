// A device speaks to its own practice only: whoever else answers at that address
// gets nothing but "who are you".
#include <unistd.h>

#include "support/catch.h"
#include "support/couple.h"
#include "support/middleman.h"
#include "support/tcp_proxy.h"

namespace holdfast::test {
namespace {

// The client reaches the practice through a network that may lead elsewhere.
struct OtherServerSetting {
  std::unique_ptr<TcpProxy> network;
  Couple couple{{}, [this](PracticeProcess& practice) {
                  network = std::make_unique<TcpProxy>(practice.address());
                  return network->address();
                }};

  void LeadTo(const std::string& address) {
    network->SetTarget(address);
    network->Cut();
  }
};

void CheckThatNothingButDescribeCame(const Middleman& middleman) {
  for (const std::string& call : middleman.calls()) CHECK(call == "Describe");
}

TEST_CASE("another practice behind the same address is an alarm, and gets nothing",
          "[other_server]") {
  OtherServerSetting fixture;
  PracticeProcess other(fixture.couple.files() / "other");
  other.Start();
  const Middleman recorder(other);
  fixture.LeadTo(recorder.address());

  const Outcome sync = fixture.couple.client.Try({"sync"});
  INFO(Describe(sync));
  CHECK(sync.exit_code == kExitIntegrity);
  CHECK(ReasonIn(sync) == "wrong_practice");
  const Outcome written = fixture.couple.client.Try(Person::CheckInCommand("not for you"), "{}");
  INFO(Describe(written));
  CHECK(written.exit_code == kExitIntegrity);
  const Json kept = fixture.couple.client.Do({"inbox", "--all", "--offline"}).at("messages");
  CHECK(MessageWith(kept, "not for you").at("state") == "queued");
  CheckThatNothingButDescribeCame(recorder);

  // Back at the right practice all is well, and what was written goes out.
  fixture.LeadTo(fixture.couple.practice.address());
  CHECK(fixture.couple.client.Try({"sync"}).exit_code == kExitOk);
  fixture.couple.therapist.Sync();
  CHECK_NOTHROW(MessageWith(fixture.couple.therapist.Inbox(), "not for you"));
}

TEST_CASE("the real binary in place of the practice is told apart as well", "[other_server]") {
  Couple couple;
  REQUIRE(couple.practice.Stop().exit_code == 0);
  PracticeProcess other(couple.files() / "other");
  other.StartAt(couple.practice.address());
  const Outcome sync = couple.client.Try({"sync"});
  INFO(Describe(sync));
  CHECK(sync.exit_code == kExitIntegrity);
  CHECK(ReasonIn(sync) == "wrong_practice");
}

TEST_CASE("a TLS key that the practice does not endorse is an alarm", "[other_server]") {
  OtherServerSetting fixture;
  PracticeProcess other(fixture.couple.files() / "other");
  // Passes everything on to the right practice, under a key of its own.
  const Middleman relay(fixture.couple.practice, ReadFile(other.data() / "tls.key"),
                        ReadFile(other.data() / "tls.crt"));
  fixture.LeadTo(relay.address());
  const Outcome sync = fixture.couple.client.Try({"sync"});
  INFO(Describe(sync));
  CHECK(sync.exit_code == kExitIntegrity);
  CHECK(ReasonIn(sync) == "wrong_practice");
  CheckThatNothingButDescribeCame(relay);
}

TEST_CASE("a new TLS key that the practice endorses is taken without a word", "[other_server]") {
  Couple couple;
  couple.client.CheckIn("under the old key");
  REQUIRE(couple.practice.Stop().exit_code == 0);
  const PracticeProcess donor(couple.files() / "donor");
  for (const char* file : {"tls.key", "tls.crt"}) {
    std::filesystem::copy_file(donor.data() / file, couple.practice.data() / file,
                               std::filesystem::copy_options::overwrite_existing);
  }
  couple.practice.Start();
  const Outcome written = couple.client.Try(Person::CheckInCommand("under the new key"), "{}");
  INFO(Describe(written));
  CHECK(written.exit_code == kExitOk);
  couple.therapist.Sync();
  CHECK(TextsFrom(couple.therapist.Inbox(), "client").size() == 2);
}

TEST_CASE("a server that is no practice at all is told apart from an absent one",
          "[other_server]") {
  OtherServerSetting fixture;
  std::string address;
  const int silent = ListenOnLoopback(address);
  fixture.LeadTo(address);
  // It accepts and says nothing: bounded, and not an alarm.
  const Outcome sync = fixture.couple.client.Try({"sync"});
  INFO(Describe(sync));
  CHECK(sync.exit_code == kExitUnreachable);
  close(silent);
}

}  // namespace
}  // namespace holdfast::test
