// Decisions that wait go out together, and what becomes of each is its own.
#include "support/catch.h"
#include "support/client_world.h"

namespace holdfast::client {
namespace {

// How many acts each call had.
struct Calls {
  explicit Calls(TestPerson& person) {
    person.transport.on_request = [this](const std::string& method,
                                         google::protobuf::Message& message) {
      if (method != "Perform") return;
      acts.push_back(static_cast<const v1::PerformRequest&>(message).acts_size());
    };
  }
  std::vector<int> acts;
};

void PauseOften(TestCouple& couple, int times) {
  for (int i = 1; i <= times; ++i) {
    const std::uint64_t until_ms =
        couple.practice.clock.wall_ms + static_cast<std::uint64_t>(i) * limits::kHourMs;
    REQUIRE(couple.client.engine->Pause(couple.client.bond(), until_ms).ok());
  }
}

AvailabilityDraft RoundTheClock() {
  AvailabilityDraft draft;
  draft.zone = "UTC";
  draft.reply_within_minutes = 60;
  draft.remind_before_minutes = 15;
  for (std::uint8_t day = 1; day <= 7; ++day) draft.hours.push_back({day, 0, 24 * 60});
  return draft;
}

// What the practice says of one act in a call.
void AnswerWith(TestPerson& person, std::function<void(v1::PerformResponse&)> change) {
  person.transport.on_response = [change = std::move(change)](const std::string& method,
                                                              google::protobuf::Message& message) {
    if (method == "PerformResponse") change(static_cast<v1::PerformResponse&>(message));
  };
}

v1::PerformResult Refused(Reason reason) {
  v1::PerformResult result;
  result.mutable_refusal()->set_code(static_cast<std::uint32_t>(RowOf(reason).code));
  result.mutable_refusal()->set_message("act: no");
  result.mutable_refusal()->mutable_detail()->set_reason(std::string(RowOf(reason).name));
  result.mutable_refusal()->mutable_detail()->set_field("act");
  return result;
}

}  // namespace

TEST_CASE("Decisions go out a hundred to a call, and each answer is one commit") {
  TestCouple couple;
  const Calls calls(couple.client);
  PauseOften(couple, 230);
  const std::size_t before = couple.client.storage.commits();
  REQUIRE(couple.client.Sync().ok());
  CHECK(calls.acts == std::vector<int>{100, 100, 30});
  CHECK(couple.client.storage.commits() - before < 12);
  CHECK(couple.client.Standing().waiting.empty());
  CHECK(couple.client.LedgerKinds().size() == 230);
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.LedgerKinds().size() == 230);
  CHECK(couple.therapist.AlarmReasons().empty());
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.AlarmReasons().empty());
}

TEST_CASE("Large decisions go out in as many calls as they need") {
  TestCouple couple;
  const Calls calls(couple.therapist);
  Zone restless;
  for (std::size_t i = 1; i <= limits::kZoneChangesMax; ++i) {
    restless.changes.push_back(
        {couple.practice.clock.wall_ms + 20 * i * limits::kDayMs, i % 2 == 0 ? 0 : 3600});
  }
  couple.therapist.zones.zones["Restless"] = restless;
  AvailabilityDraft draft = RoundTheClock();
  draft.zone = "Restless";
  for (std::size_t i = 0; i < limits::kAwayMax; ++i) {
    const LocalMs from = couple.practice.clock.wall_ms + (4 * i + 1) * limits::kDayMs;
    draft.away.push_back({from, from + limits::kDayMs});
  }
  const Availability hours = couple.therapist.engine->Planned(draft).value();
  for (int i = 0; i < 250; ++i) {
    REQUIRE(couple.therapist.engine->SetAvailability(couple.therapist.bond(), hours).ok());
  }
  REQUIRE(couple.therapist.Sync().ok());
  int all = 0;
  for (const int acts : calls.acts) all += acts;
  CHECK(all == 250);
  CHECK(calls.acts.front() < static_cast<int>(limits::kActsPerCallMax));
  CHECK(couple.therapist.Standing().waiting.empty());
}

TEST_CASE("One decision that is refused holds up none of those beside it") {
  TestCouple couple;
  PauseOften(couple, 3);
  AnswerWith(couple.client, [](v1::PerformResponse& response) {
    *response.mutable_results(1) = Refused(Reason::kActSuperseded);
  });
  REQUIRE(couple.client.Sync().ok());
  const auto waiting = couple.client.Standing().waiting;
  REQUIRE(waiting.size() == 1);
  CHECK(waiting.front().refusal == "act: no");
  CHECK(couple.client.AlarmReasons().empty());
}

TEST_CASE("One decision that the practice has no time for waits, and those beside it are done") {
  TestCouple couple;
  PauseOften(couple, 3);
  AnswerWith(couple.client, [](v1::PerformResponse& response) {
    *response.mutable_results(2) = Refused(Reason::kServerBusy);
  });
  CHECK(ReasonOf(couple.client.Sync().status()) == Reason::kServerBusy);
  REQUIRE(couple.client.Standing().waiting.size() == 1);
  CHECK(couple.client.Standing().waiting.front().refusal.empty());
  couple.client.transport.on_response = nullptr;
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.Standing().waiting.empty());
  CHECK(couple.client.LedgerKinds().size() == 3);
}

TEST_CASE("A decision without a result of its own stays here, with an alarm") {
  TestCouple couple;
  PauseOften(couple, 3);
  AnswerWith(couple.client,
             [](v1::PerformResponse& response) { response.mutable_results()->RemoveLast(); });
  CHECK(ReasonOf(couple.client.Sync().status()) == Reason::kIntegrity);
  CHECK(Has(couple.client.AlarmReasons(), Reason::kIntegrity));
  CHECK(couple.client.Standing().waiting.size() == 1);
  couple.client.transport.on_response = nullptr;
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.Standing().waiting.empty());
}

TEST_CASE("Results in another order prove nothing") {
  TestCouple couple;
  PauseOften(couple, 2);
  AnswerWith(couple.client,
             [](v1::PerformResponse& response) { response.mutable_results()->SwapElements(0, 1); });
  CHECK(ReasonOf(couple.client.Sync().status()) == Reason::kIntegrity);
  CHECK(couple.client.Standing().waiting.size() == 2);
}

TEST_CASE("A call that is refused for good is asked for one decision after the other") {
  TestCouple couple;
  const Calls calls(couple.client);
  PauseOften(couple, 3);
  couple.client.transport.refusal = [first = true](const std::string& method) mutable {
    if (method != "Perform" || !std::exchange(first, false)) return absl::OkStatus();
    return Refuse(Reason::kTooLarge, "acts", "is more than this practice takes at once");
  };
  REQUIRE(couple.client.Sync().ok());
  CHECK(calls.acts == std::vector<int>{1, 1, 1});
  CHECK(couple.client.Standing().waiting.empty());
}

TEST_CASE("Decisions whose answer is lost are in the ledger once") {
  TestCouple couple;
  PauseOften(couple, 5);
  couple.client.transport.fate = [lost = false](const std::string& method) mutable {
    if (method != "Perform" || std::exchange(lost, true)) return DirectTransport::Fate::kDeliver;
    return DirectTransport::Fate::kLoseResponse;
  };
  CHECK_FALSE(couple.client.Sync().ok());
  CHECK(couple.client.Standing().waiting.size() == 5);
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.Standing().waiting.empty());
  CHECK(couple.client.LedgerKinds().size() == 5);
  CHECK(couple.client.AlarmReasons().empty());
}

TEST_CASE("Hours for several bonds are one commit, up to the first that cannot be") {
  TestCouple couple;
  const Availability hours = couple.therapist.engine->Planned(RoundTheClock()).value();
  const BondId bond = couple.therapist.bond();
  const BondId nobodys = BondId::From(Bytes(BondId::size, 'x'), "bond").value();
  const std::size_t before = couple.therapist.storage.commits();
  const auto decided = couple.therapist.engine->SetAvailabilities(
      {{bond, hours}, {bond, hours}, {nobodys, hours}, {bond, hours}});
  REQUIRE(decided.ok());
  CHECK(decided->acts.size() == 2);
  CHECK(ReasonOf(decided->failed) == Reason::kUnknownBond);
  CHECK(couple.therapist.storage.commits() == before + 1);
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Standing().availability->number == 2);
}

}  // namespace holdfast::client
