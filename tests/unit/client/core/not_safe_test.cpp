// Somebody who says that they are not safe comes first, until a person says that it was seen; and
// forms that a therapist assigns are on every device that needs them.
#include "client/core/reading/overview.h"
#include "rules/errors.h"
#include "several_devices.h"

namespace holdfast::client {
namespace {

EnvelopeId SayNotSafe(TestPerson& client) {
  Draft draft;
  draft.bond = client.bond();
  draft.kind = Kind::kCheckIn;
  auto content = std::make_shared<v1::Content>();
  v1::CheckIn& check_in = *content->mutable_check_in();
  check_in.set_form("holdfast-weekly");
  check_in.set_form_version(2);
  check_in.set_need(v1::NEED_NONE);
  v1::Answer& answer = *check_in.add_answers();
  answer.set_link_id("safe-now");
  answer.set_choice("not-safe");
  check_in.add_risk("safe-now");
  draft.content = std::move(content);
  return client.engine->Write(draft).value();
}

std::size_t NotSafe(TestPerson& person) {
  return person.engine->NotSafe(std::nullopt).value().size();
}

// Neither waits for the other to be told.
TEST_CASE("What two devices learn of one message at the same time both of them show") {
  SeveralDevices devices;
  TestPerson& therapist = devices.couple.therapist;
  TestPerson& client = devices.couple.client;
  REQUIRE(devices.second.Link(therapist.MakeLink(devices.couple.therapist_code).value()).ok());
  const EnvelopeId id = SayNotSafe(client);
  devices.Settle({&client, &therapist, &devices.second});
  REQUIRE(therapist.engine->MarkSeen(id).ok());
  REQUIRE(devices.second.engine->MarkOpened(id).ok());
  devices.Settle({&therapist, &devices.second});
  for (TestPerson* person : {&therapist, &devices.second}) {
    CHECK(NotSafe(*person) == 0);
    CHECK_FALSE(person->engine->Message(id.hex())->unread);
  }
}

TEST_CASE("Who is not safe comes first on every device until a person says that it was seen") {
  SeveralDevices devices;
  TestPerson& therapist = devices.couple.therapist;
  TestPerson& client = devices.couple.client;
  const auto code = therapist.MakeLink(devices.couple.therapist_code);
  REQUIRE(code.ok());
  REQUIRE(devices.second.Link(*code).ok());
  const EnvelopeId harmless = client.CheckIn("a quiet week").value();
  const EnvelopeId id = SayNotSafe(client);
  devices.Settle({&client, &therapist, &devices.second});
  CHECK(NotSafe(therapist) == 1);
  CHECK(NotSafe(devices.second) == 1);
  CHECK(NotSafe(client) == 0);  // their own
  const auto bonds = therapist.engine->BondsByNeed().value();
  REQUIRE(bonds.front().not_safe.size() == 1);
  CHECK(bonds.front().not_safe.front().id == id);
  // A device that has shown it is no person who has seen it.
  REQUIRE(therapist.engine->MarkOpened(id).ok());
  therapist.Reopen();
  CHECK(NotSafe(therapist) == 1);
  CHECK(ReasonOf(therapist.engine->MarkSeen(harmless)) == Reason::kUsage);
  REQUIRE(therapist.engine->MarkSeen(id).ok());
  CHECK(NotSafe(therapist) == 0);
  CHECK(therapist.engine->Message(id.hex())->seen_at_ms != 0);
  devices.Settle({&therapist, &devices.second});
  CHECK(NotSafe(devices.second) == 0);
  CHECK(devices.second.engine->Message(id.hex())->seen_at_ms ==
        therapist.engine->Message(id.hex())->seen_at_ms);
}

TEST_CASE("Whoever is not safe comes before what landed badly") {
  BondOverview marked, unsafe;
  marked.ruptures.emplace_back();
  unsafe.not_safe.emplace_back();
  unsafe.not_safe.front().sent_at_ms = 5;
  unsafe.standing.ended = true;
  CHECK(NeedsEarlier(unsafe, marked));
  CHECK_FALSE(NeedsEarlier(marked, unsafe));
}

absl::StatusOr<EnvelopeId> Assign(TestPerson& person, const std::string& form) {
  Draft draft;
  draft.bond = person.bond();
  draft.kind = Kind::kNote;
  auto content = std::make_shared<v1::Content>();
  content->mutable_form_assignment()->set_canonical("urn:t|1");
  content->mutable_form_assignment()->set_form(form);
  content->mutable_form_assignment()->set_every_days(14);
  draft.content = std::move(content);
  return person.engine->Write(draft);
}

TEST_CASE("An assigned form is on the devices of both, and only a therapist assigns one") {
  SeveralDevices devices;
  devices.Link();  // of the client
  TestPerson& therapist = devices.couple.therapist;
  TestPerson& client = devices.couple.client;
  REQUIRE(Assign(therapist, "{\"a\":1}").ok());
  devices.Settle({&therapist, &client, &devices.second});
  for (TestPerson* person : {&therapist, &client, &devices.second}) {
    CHECK(person->engine->Forms().value() == std::vector<Bytes>{"{\"a\":1}"});
  }
  CHECK(ReasonOf(Assign(client, "{}").status()) == Reason::kUsage);
  CHECK(client.engine->Forms().value().size() == 1);
  REQUIRE(client.engine->KeepForm("{\"a\":1}").ok());
  CHECK(client.engine->Forms().value().size() == 1);
}

}  // namespace
}  // namespace holdfast::client
