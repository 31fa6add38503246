// A device that stops at any commit goes on where it was: nothing lost, nothing
// twice, no key used again.
#include <map>
#include <set>

#include "support/catch.h"
#include "support/client_world.h"

namespace holdfast::client {
namespace {

using Texts = std::vector<std::string>;

constexpr std::size_t kCommitsMax = 60;  // more than any of these stories makes

// Lets `person` stop at its k-th commit from now on, once.
void StopAtCommit(TestPerson& person, std::size_t k) {
  const std::size_t at = person.storage.commits() + k;
  person.storage.before_commit = [at](std::size_t number) { return number < at; };
}

void ComeBack(TestPerson& person) {
  person.storage.before_commit = nullptr;
  person.Reopen();
}

// Every capsule ever sent, by message and bytes: one envelope's retries are the
// same bytes, and no two envelopes share any.
class KeyWatcher {
 public:
  void Watch(TestPerson& person) {
    person.transport.on_request = [this](const std::string& method,
                                         google::protobuf::Message& message) {
      if (method != "Send") return;
      const auto& request = static_cast<const v1::SendRequest&>(message);
      const Header header = DecodeHeader(request.header()).value();
      for (const v1::Capsule& capsule : request.capsules()) {
        const Bytes& sealed = capsule.sealed();
        const bool preamble = sealed.size() > kFlagsAt && sealed[kFlagsAt] != 0;
        const std::size_t header_bytes = preamble ? kPreambleHeaderBytes : kPlainHeaderBytes;
        const Bytes place =
            header.sender_device.str() + capsule.device() + sealed.substr(0, header_bytes);
        const auto [known, fresh] = seen_.emplace(place, capsule.sealed());
        if (!fresh && known->second != capsule.sealed()) reused_ = true;
      }
      const auto [known, fresh] = envelopes_.emplace(header.envelope, request.SerializeAsString());
      if (!fresh && known->second != request.SerializeAsString()) resealed_ = true;
    };
  }
  bool reused() const { return reused_; }
  bool resealed() const { return resealed_; }
  std::size_t envelopes() const { return envelopes_.size(); }

 private:
  // version (1), session (16), flags (1), [prekey id (4), ephemeral (32)], ratchet
  // key (32), previous (4), number (4): together they name the message key.
  static constexpr std::size_t kFlagsAt = 17;
  static constexpr std::size_t kPlainHeaderBytes = 18 + 40;
  static constexpr std::size_t kPreambleHeaderBytes = 18 + 36 + 40;
  std::map<Bytes, Bytes> seen_;
  std::map<EnvelopeId, Bytes> envelopes_;
  bool reused_ = false;
  bool resealed_ = false;
};

TEST_CASE("A device that stops at any commit while sending sends each message once") {
  bool reached_the_end = false;
  for (std::size_t k = 1; k <= kCommitsMax && !reached_the_end; ++k) {
    TestCouple couple;
    KeyWatcher keys;
    keys.Watch(couple.client);
    REQUIRE(couple.client.CheckIn("first").ok());
    REQUIRE(couple.client.Note("second").ok());
    StopAtCommit(couple.client, k);
    reached_the_end = couple.client.Sync().ok();
    ComeBack(couple.client);
    REQUIRE(couple.client.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
    CHECK(couple.therapist.Texts() == Texts{"first", "second"});
    REQUIRE(couple.client.Sync().ok());
    CHECK(couple.client.Messages().front().state == MessageState::kDelivered);
    CHECK_FALSE(keys.reused());
    CHECK_FALSE(keys.resealed());
    CHECK(couple.therapist.AlarmReasons().empty());
    CHECK(couple.client.AlarmReasons().empty());
  }
  CHECK(reached_the_end);
}

TEST_CASE("A device that stops before it has noted what it told tells it again") {
  TestCouple couple;
  const auto backup = couple.practice.rows();
  REQUIRE(couple.client.Note("lost for a while").ok());
  REQUIRE(couple.client.Sync().ok());
  couple.practice.store.Restore(backup);
  couple.practice.Restart();
  REQUIRE(couple.client.Sync().ok());
  std::size_t told = 0;
  const auto tell = [&](const std::vector<Alarm>& alarms) { told += alarms.size(); };
  StopAtCommit(couple.client, 1);
  CHECK_FALSE(couple.client.engine->TellAlarms(tell).ok());
  ComeBack(couple.client);
  CHECK(couple.client.engine->TellAlarms(tell).ok());
  CHECK(told == 2);
  CHECK(couple.client.engine->TellAlarms(tell).ok());
  CHECK(told == 2);
}

TEST_CASE("A device that stops at any commit while receiving shows each message once") {
  bool reached_the_end = false;
  for (std::size_t k = 1; k <= kCommitsMax && !reached_the_end; ++k) {
    TestCouple couple;
    KeyWatcher keys;
    keys.Watch(couple.therapist);
    REQUIRE(couple.client.CheckIn("first").ok());
    REQUIRE(couple.client.Note("second").ok());
    REQUIRE(couple.client.Sync().ok());
    StopAtCommit(couple.therapist, k);
    reached_the_end = couple.therapist.Sync().ok();
    ComeBack(couple.therapist);
    REQUIRE(couple.therapist.Sync().ok());
    CHECK(couple.therapist.Texts() == Texts{"first", "second"});
    REQUIRE(couple.client.Sync().ok());
    CHECK(couple.client.Messages().back().state == MessageState::kDelivered);
    CHECK_FALSE(keys.reused());
    CHECK_FALSE(keys.resealed());
    CHECK(couple.therapist.AlarmReasons().empty());
  }
  CHECK(reached_the_end);
}

TEST_CASE("A device that stops at any commit while joining joins in the end, with one code") {
  bool reached_the_end = false;
  for (std::size_t k = 1; k <= kCommitsMax && !reached_the_end; ++k) {
    TestCouple couple(false);
    const std::string code = couple.AddTherapist();
    StopAtCommit(couple.therapist, k);
    const auto enrolled = couple.therapist.Enroll(code);
    ComeBack(couple.therapist);
    const auto again = couple.therapist.Enroll(code);
    REQUIRE(again.ok());
    if (enrolled.ok()) CHECK(enrolled->recovery_code == again->recovery_code);
    const std::string invitation = couple.therapist.Invite("Kim").value();
    StopAtCommit(couple.client, k);
    const auto joined = couple.client.Join(invitation);
    ComeBack(couple.client);
    const auto rejoined = couple.client.Join(invitation);
    REQUIRE(rejoined.ok());
    if (joined.ok()) CHECK(joined->recovery_code == rejoined->recovery_code);
    reached_the_end = enrolled.ok() && joined.ok();
    REQUIRE(couple.client.CheckIn("hello").ok());
    REQUIRE(couple.client.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
    CHECK(couple.therapist.Texts() == Texts{"hello"});
    CHECK(couple.therapist.AlarmReasons().empty());
  }
  CHECK(reached_the_end);
}

TEST_CASE("A write that the disk refuses is refused, and leaves nothing behind") {
  TestCouple couple;
  StopAtCommit(couple.client, 1);
  CHECK(ReasonOf(couple.client.Note("lost").status()) == Reason::kStorageFailed);
  ComeBack(couple.client);
  CHECK(couple.client.Messages().empty());
  CHECK(couple.client.engine->Queued().value() == 0);
}

}  // namespace
}  // namespace holdfast::client
