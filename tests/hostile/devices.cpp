// A malicious practice and an account's devices: what it shows to a device that becomes one of the
// account's, and of lists and archive to those that are.
#include <algorithm>

#include "crypto/link_code.h"
#include "hostile/account_world.h"

namespace holdfast::test {
namespace {

using Texts = std::vector<std::string>;

// Lists are asked for where devices are named anew.
void AskAnew(v1::ListBondsResponse& response) {
  for (auto& bond : *response.mutable_bonds()) bond.clear_devices();
}

const Texts kMine = {"first", "second"};

// The words of a refusal or alarm are for people.
void CheckWords(const Outcome& outcome) {
  INFO(Describe(outcome));
  const std::vector<Complaint> complaints = ComplaintsIn(outcome);
  CHECK_FALSE(complaints.empty());
  for (const Complaint& complaint : complaints) CHECK(complaint.words.size() > 30);
}

TEST_CASE("an honest practice's devices raise no alarm", "[devices]") {
  AccountWorld world;
  const Outcome linked = world.Link(world.MakeLink().at("link"));
  INFO(Describe(linked));
  CHECK(linked.exit_code == kExitOk);
  CHECK(ComplaintsIn(linked).empty());
  CHECK(TextsFrom(world.fresh.Inbox(), "me") == kMine);
  for (Person* person : {&world.client, &world.therapist}) {
    CHECK(person->Try({"sync"}).exit_code == kExitOk);
  }
}

TEST_CASE("a link code that is answered with another account's sealed bytes makes no device",
          "[devices]") {
  AccountWorld world;
  const std::string link = world.MakeLink().at("link");
  const std::string theirs =
      world.therapist.Do({"devices", "invite", "--recovery-code-file", "-"}, world.therapist_code)
          .at("link");
  std::string sealed;
  Tamper tamper;
  tamper.opened = [&](v1::NewDeviceResponse& response) { sealed = response.sealed_account(); };
  world.Do(tamper);
  Person third(world.files / "third");
  third.Try({"link", "--code-file", "-"}, theirs);
  REQUIRE_FALSE(sealed.empty());
  tamper.opened = [&](v1::NewDeviceResponse& response) { response.set_sealed_account(sealed); };
  world.Do(tamper);
  CheckAlarm(world.Link(link));
  world.Honest();
  CHECK(world.Link(link).exit_code == kExitOk);
}

TEST_CASE("a list with a device that the account did not sign makes no device", "[devices]") {
  AccountWorld world;
  WireDevice attacker;
  Tamper tamper;
  tamper.opened = [&](v1::NewDeviceResponse& response) {
    v1::DeviceSet& set = *response.mutable_devices();
    *set.add_lists() = attacker.registration().list();
    *set.add_certificates() = attacker.registration().certificate();
    *set.add_prekeys() = attacker.registration().prekey();
  };
  world.Do(tamper);
  CheckAlarm(world.Recover(world.client_code));
  CHECK_FALSE(world.WasAsked("ChangeAccount"));
  world.Honest();
  CHECK(world.Recover(world.client_code).exit_code == kExitOk);
}

TEST_CASE("an archive that lacks its beginning, or is in another order, is an alarm", "[devices]") {
  const bool drops = GENERATE(true, false);
  AccountWorld world;
  Tamper tamper;
  tamper.archive = [&](v1::ReadArchiveResponse& response) {
    if (response.records_size() < 2) return;
    if (drops) {
      response.mutable_records()->DeleteSubrange(0, 1);
    } else {
      response.mutable_records()->SwapElements(0, 1);
    }
  };
  world.Do(tamper);
  CheckAlarm(world.Recover(world.client_code), kExitOk);
  world.Honest();
  world.fresh.Sync();
  CHECK(TextsFrom(world.fresh.Inbox(), "me") == kMine);
}

TEST_CASE("another account's archive is an alarm", "[devices]") {
  AccountWorld world;
  v1::ReadArchiveResponse theirs;
  Tamper tamper;
  tamper.archive = [&](v1::ReadArchiveResponse& response) {
    if (response.records_size() > theirs.records_size()) theirs = response;
  };
  world.Do(tamper);
  Person third(world.files / "third");
  third.Try({"recover", "--practice", world.middleman->address(), "--code-file", "-"},
            world.therapist_code);
  REQUIRE_FALSE(theirs.records().empty());
  tamper.archive = [&](v1::ReadArchiveResponse& response) { response = theirs; };
  world.Do(tamper);
  CheckAlarm(world.Recover(world.client_code), kExitOk);
}

// Where it ends nobody can know who sees it for the first time.
TEST_CASE("a shortened archive is told as what cannot be opened", "[devices]") {
  AccountWorld world;
  Tamper tamper;
  tamper.archive = [&](v1::ReadArchiveResponse& response) {
    response.set_newest_number(1);
    if (response.records_size() < 2) return;
    response.mutable_records()->DeleteSubrange(1, response.records_size() - 1);
  };
  world.Do(tamper);
  CheckWords(world.Recover(world.client_code));
}

TEST_CASE("an old device list is noticed by the next message", "[devices]") {
  AccountWorld world;
  const crypto::SealedAccount account = world.OpenClient();
  const auto is_clients = [&](const v1::GetDevicesResponse& response) {
    if (response.devices().lists().empty()) return false;
    const auto list = crypto::DecodeDeviceList(response.devices().lists(0).statement());
    return list.ok() && list->account == account.account.public_key<AccountKey>();
  };
  v1::GetDevicesResponse old;
  Tamper tamper;
  tamper.bonds = AskAnew;
  tamper.devices = [&](v1::GetDevicesResponse& response) {
    if (is_clients(response)) old = response;
  };
  world.Do(tamper);
  world.therapist.Sync();
  REQUIRE(old.devices().lists_size() == 1);
  world.Honest();
  CHECK(world.Link(world.MakeLink().at("link")).exit_code == kExitOk);
  world.client.CheckIn("of two devices");
  tamper.devices = [&](v1::GetDevicesResponse& response) {
    if (is_clients(response)) response = old;
  };
  world.Do(tamper);
  const Outcome outcome = world.therapist.Try({"sync"});
  CheckWords(outcome);
  CHECK(outcome.exit_code == kExitIntegrity);
  CHECK(outcome.err.find("newest-list-hidden") != std::string::npos);
  world.Honest();
  world.therapist.Try({"sync"});
  CHECK_NOTHROW(MessageWith(world.therapist.Inbox(), "of two devices"));
}

TEST_CASE("two lists of one version end all sending to that account", "[devices]") {
  AccountWorld world;
  CHECK(world.Link(world.MakeLink().at("link")).exit_code == kExitOk);
  world.therapist.Try({"sync"});
  const crypto::SealedAccount account = world.OpenClient();
  Tamper tamper;
  std::size_t shown = 0;
  tamper.devices = [&](v1::GetDevicesResponse& response) {
    v1::DeviceSet& set = *response.mutable_devices();
    if (set.lists_size() == 0) return;
    auto list = crypto::DecodeDeviceList(set.lists(set.lists_size() - 1).statement());
    const bool is_clients = list.ok() && list->account == account.account.public_key<AccountKey>();
    if (!is_clients) return;
    list->issued_at_ms += 1000;
    const crypto::Signed other = crypto::SignDeviceList(account.account, *list);
    set.mutable_lists()->Clear();
    set.add_lists()->set_statement(other.statement);
    set.mutable_lists(0)->set_signature(other.signature);
    ++shown;
  };
  tamper.bonds = AskAnew;
  world.Do(tamper);
  const Outcome outcome = world.therapist.Try({"sync"});
  INFO(shown);
  CheckAlarm(outcome);
  world.Honest();
  world.therapist.Try({"send", "--text", "to whom?"});
  CHECK(MessageWith(world.therapist.Inbox(), "to whom?").at("state") == "queued");
}

TEST_CASE("a practice that only says that it unlinked a device does not get away with it",
          "[devices]") {
  AccountWorld world;
  CHECK(world.Link(world.MakeLink().at("link")).exit_code == kExitOk);
  world.therapist.Try({"sync"});
  const std::string id = world.client.Do({"devices"}).at("devices").at(1).at("id");
  Tamper tamper;
  tamper.swallow_changes = true;
  world.Do(tamper);
  world.client.Try({"devices", "unlink", id, "--recovery-code-file", "-"}, world.client_code);
  // Nothing more is sealed for the other one, and what the practice makes of that is said.
  const Outcome written = world.client.Try(Person::CheckInCommand("not for that device"), "{}");
  INFO(Describe(written));
  const Outcome synced = world.client.Try({"sync"});
  INFO(Describe(synced));
  CheckWords(synced);
  CHECK(synced.exit_code != kExitOk);
  CHECK(TextsFrom(world.fresh.Inbox(), "me") == kMine);
  world.Honest();
  world.client.Try({"sync"});
  CHECK(ReasonIn(world.fresh.Try({"sync"})) == "device_unlinked");
}

TEST_CASE("a recovery that another practice answers is refused", "[devices]") {
  AccountWorld world;
  PracticeProcess other(world.files / "other");
  other.Start();
  v1::DescribeResponse described;
  {
    WireChannel channel(other.address());
    grpc::ClientContext context;
    REQUIRE(channel.practice().Describe(&context, v1::DescribeRequest(), &described).ok());
  }
  Middleman impostor(world.practice, ReadFile(other.data() / "tls.key"),
                     ReadFile(other.data() / "tls.crt"));
  Tamper tamper;
  tamper.describe = [&](v1::DescribeResponse& response) { response = described; };
  impostor.Set(tamper);
  const Outcome recovered = world.fresh.Try(
      {"recover", "--practice", impostor.address(), "--code-file", "-"}, world.client_code);
  CheckAlarm(recovered);
  CHECK(ReasonIn(recovered) == "wrong_practice");
  const auto calls = impostor.calls();
  CHECK(std::ranges::find(calls, "ChangeAccount") == calls.end());
  CHECK(world.Recover(world.client_code).exit_code == kExitOk);
}

}  // namespace
}  // namespace holdfast::test
