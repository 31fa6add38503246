// A refusal leaves no trace: not in the store, and not in what the core remembers of
// the batch that it was part of.
#include "crypto/public/ledger.h"
#include "crypto/public/receipt.h"
#include "server/core/records/keys.h"
#include "support/catch.h"
#include "unit/server/core/ahead_support.h"

namespace holdfast::server {
namespace {

absl::Status Failed() { return Refuse(Reason::kStorageFailed, "", "the disk does not answer"); }

// What the request did stands until then.
ServerWorld::Ask FailingAfter(ServerWorld::Ask ask) {
  return [ask = std::move(ask)](Core& core, Transaction& transaction) {
    REQUIRE(ask(core, transaction).ok());
    return Failed();
  };
}

struct RefusingPractice : AheadPractice {
  ServerWorld::Ask Sending(const TestDevice& sender, v1::SendResponse& response) {
    return Sending(sender, MakeSend(bond, sender), response);
  }
  ServerWorld::Ask Sending(const TestDevice& sender, v1::SendRequest request,
                           v1::SendResponse& response) {
    return [&, request = std::move(request)](Core& the_core, Transaction& transaction) {
      return the_core.Send(transaction, sender.caller(), request, response);
    };
  }
  void Damage(const Bytes& key) {
    MemoryStore::Rows damaged = rows();
    REQUIRE(damaged.contains(key));
    damaged[key] = "\xff";
    store.Restore(std::move(damaged));
  }
  std::uint32_t LeavesOf(const v1::SendResponse& response) const {
    const v1::SignedStatement& batch = response.receipt().batch();
    return crypto::VerifyBatch({batch.statement(), batch.signature()}, practice).value().leaves;
  }
};

}  // namespace

TEST_CASE("a send that fails after its receipt's leaf was added leaves no leaf and wakes nobody") {
  RefusingPractice practice;
  practice.SetHours();
  const EnvelopeId asked = practice.Ask();
  practice.Damage(keys::Promise(practice.bond.id, asked));
  Header reply = practice.MakeHeader(practice.bond, practice.bond.therapist, Kind::kReply);
  reply.reply_to = asked;
  v1::SendResponse failed, stored;
  const auto outcomes = practice.RunBatch(
      {practice.Sending(practice.bond.therapist,
                        practice.MakeSend(practice.bond, practice.bond.therapist, reply), failed),
       practice.Sending(practice.bond.client, stored)});
  CHECK(ReasonOf(outcomes[0]) == Reason::kStorageFailed);
  REQUIRE(outcomes[1].ok());
  CHECK(practice.LeavesOf(stored) == 1);
  CHECK(stored.receipt().index() == 0);
  CHECK(stored.receipt().path_size() == 0);
  CHECK(failed.receipt().batch().statement().empty());
  CHECK(practice.wakes == std::vector<DeviceId>{practice.bond.therapist.id});
}

TEST_CASE("a device that is woken for something is woken where something else was refused") {
  RefusingPractice practice;
  v1::SendResponse refused, stored;
  const auto outcomes =
      practice.RunBatch({FailingAfter(practice.Sending(practice.bond.client, refused)),
                         practice.Sending(practice.bond.client, stored)});
  CHECK(ReasonOf(outcomes[0]) == Reason::kStorageFailed);
  REQUIRE(outcomes[1].ok());
  CHECK(practice.LeavesOf(stored) == 1);
  CHECK(practice.wakes == std::vector<DeviceId>{practice.bond.therapist.id});
}

TEST_CASE("a timer that fails wakes nobody") {
  RefusingPractice practice;
  practice.SetHours();
  practice.Ask();
  practice.Seal(practice.bond.therapist, OnMiss());
  const auto ahead = practice.rows().lower_bound(keys::Ahead(practice.bond.id, 0));
  practice.Damage(ahead->first);
  practice.SleepUntil(DueOfFirst());
  practice.RunBatch({});
  REQUIRE(practice.fired.failures.size() == 1);
  CHECK(practice.wakes.empty());
}

TEST_CASE("a report of a restored backup that fails begins no incarnation") {
  RefusingPractice practice;
  const TestDevice& client = practice.bond.client;
  const MemoryStore::Rows backup = practice.rows();
  v1::SendResponse lost, first, second, again;
  REQUIRE(practice.RunBatch({practice.Sending(client, lost)}).front().ok());
  practice.store.Restore(backup);
  practice.Restart();
  practice.LogIn(client);
  practice.LogIn(practice.bond.therapist);
  const auto page = practice.Read(practice.bond.therapist, {});

  v1::ReportRestoreResponse reported;
  const v1::SendRequest request = practice.MakeSend(practice.bond, client);
  const auto outcomes = practice.RunBatch({practice.Sending(client, request, first),
                                           FailingAfter([&](Core& core, Transaction& transaction) {
                                             v1::ReportRestoreRequest report;
                                             *report.mutable_evidence() = lost.receipt();
                                             return core.ReportRestore(transaction, client.caller(),
                                                                       report, reported);
                                           }),
                                           practice.Sending(client, second)});
  REQUIRE(outcomes[0].ok());
  REQUIRE(outcomes[2].ok());
  CHECK(practice.LeavesOf(first) == 2);
  CHECK(practice.LeavesOf(second) == 2);
  CHECK(first.receipt().batch().statement() == second.receipt().batch().statement());
  // What is stored proves the same.
  REQUIRE(practice.RunBatch({practice.Sending(client, request, again)}).front().ok());
  CHECK(again.SerializeAsString() == first.SerializeAsString());
  const auto next = practice.Read(practice.bond.therapist, page->cursor());
  REQUIRE(next.ok());
  CHECK_FALSE(next->restored());
  CHECK(next->entries_size() == 2);
}

TEST_CASE("a login that fails leaves its challenge unused") {
  RefusingPractice practice;
  v1::AuthenticateRequest request;
  *request.mutable_login() = practice.MakeLogin(practice.bond.client);
  v1::AuthenticateResponse response;
  const auto log_in = [&](Core& core, Transaction& transaction) {
    return core.Authenticate(transaction, request, response);
  };
  const auto outcomes = practice.RunBatch({FailingAfter(log_in), log_in});
  CHECK(ReasonOf(outcomes[0]) == Reason::kStorageFailed);
  CHECK(outcomes[1].ok());
  CHECK(ReasonOf(practice.Run(log_in)) == Reason::kLoginRefused);
}

TEST_CASE("a refusal arms no timer and moves no clock") {
  RefusingPractice practice;
  const TestBond& bond = practice.bond;
  const auto next_due = [&] {
    practice.core->BeginBatch();
    return practice.core->NextDue(*practice.store.Begin()).value();
  };
  const crypto::Signed proposal =
      SignedAct(bond.therapist, MakeAct(practice, bond, bond.therapist, TestRhythm(FirstMonday())));
  v1::PerformResult proposed;
  REQUIRE(Perform(practice, bond.therapist, proposal, proposed).ok());
  REQUIRE(next_due() == kNoTimerMs);
  const crypto::Signed acceptance =
      SignedAct(bond.client,
                MakeAct(practice, bond, bond.client, AcceptRhythm{1, crypto::ActHash(proposal)}));
  v1::PerformRequest request;
  *request.add_acts() = Carried(acceptance);
  v1::PerformResponse accepted;
  practice.RunBatch({FailingAfter([&](Core& core, Transaction& transaction) {
    return core.Perform(transaction, bond.client.caller(), request, accepted);
  })});
  CHECK(practice.wakes.empty());
  CHECK(next_due() == kNoTimerMs);

  practice.clock.wall_ms += limits::kDayMs;
  practice.RunBatch({FailingAfter([](Core& core, Transaction& transaction) {
    core.ConfirmClock(transaction);
    return absl::OkStatus();
  })});
  CHECK(practice.core->clock_state() == ClockState::kAhead);
}

}  // namespace holdfast::server
