// What happens in a bond, and how things stand, as it is told.
#include "client/cli/words/event_words.h"
#include "client/cli/words/json.h"
#include "client/cli/words/overview_words.h"
#include "client/cli/words/schedule_input.h"
#include "client/cli/words/standing_words.h"
#include "client/core/reading/overview.h"
#include "rules/errors.h"
#include "rules/limits.h"
#include "support/catch.h"
#include "unit/client/cli/moment.h"

namespace holdfast::client::cli {
namespace {

TEST_CASE("what the rules refuse is named as it was typed", "[schedule]") {
  const auto typed = [](Reason reason, std::string_view field, std::string_view message) {
    return AsTyped(Refuse(reason, field, message));
  };
  CHECK(AsTyped(absl::OkStatus()).ok());
  const absl::Status window = typed(Reason::kMalformedField, "act.rhythm.window_minutes", "is x");
  CHECK(FieldOf(window) == "--window");
  CHECK(MessageOf(window) == "is x");
  CHECK(ReasonOf(window) == Reason::kUsage);
  const absl::Status until = typed(Reason::kTimeOutOfRange, "act.pause.until_ms", "is x");
  CHECK(FieldOf(until) == "--until");
  CHECK(MessageOf(until) != "is x");
  CHECK(ReasonOf(typed(Reason::kBondEnded, "bond", "has ended")) == Reason::kBondEnded);
}

LedgerLine LineOf(LedgerKind kind) {
  LedgerLine line;
  line.entry.kind = kind;
  line.entry.until_ms = kNowMs;
  return line;
}

TEST_CASE("every entry has words for both, and none counts against the client", "[words]") {
  const Words client(crypto::Role::kClient, {}, kNowMs);
  const Words therapist(crypto::Role::kTherapist, {}, kNowMs);
  for (int i = 2; i <= static_cast<int>(LedgerKind::kRestored); ++i) {
    const LedgerLine line = LineOf(static_cast<LedgerKind>(i));
    const std::string told = LedgerLineInWords(client, line);
    CHECK_FALSE(told.empty());
    // What was is no prompt.
    for (const Words* words : {&client, &therapist}) {
      const std::string history = LedgerLineInWords(*words, line, Telling::kHistory);
      CHECK_FALSE(history.empty());
      CHECK(history.find("holdfast ") == std::string::npos);
      CHECK(history.find("still") == std::string::npos);
    }
    CHECK_FALSE(LedgerLineInWords(therapist, line).empty());
    for (const char* word :
         {"fail", "you have not", "You have not", "forgot", "streak", "missed"}) {
      INFO(told);
      CHECK(told.find(word) == std::string::npos);
    }
  }
}

TEST_CASE("a miss takes the burden off the client, and shows the therapist the way", "[words]") {
  const LedgerLine line = LineOf(LedgerKind::kPromiseMissed);
  const std::string told = LedgerLineInWords(Words(crypto::Role::kClient, {}, kNowMs), line);
  CHECK(told.find("not about you") != std::string::npos);
  CHECK(told.find("nothing that you have to do") != std::string::npos);
  const std::string therapist =
      LedgerLineInWords(Words(crypto::Role::kTherapist, {}, kNowMs), line);
  CHECK(therapist.find("holdfast reply") != std::string::npos);
}

TEST_CASE("an empty slot is somebody to think of, and never a failure", "[words]") {
  const LedgerLine line = LineOf(LedgerKind::kSlotClosedEmpty);
  const std::string therapist =
      LedgerLineInWords(Words(crypto::Role::kTherapist, {}, kNowMs), line);
  CHECK(therapist.find("nothing has reached you") != std::string::npos);
  CHECK(therapist.find("nothing was sent") == std::string::npos);
  StandingView standing;
  standing.empty_slot = SlotLine();
  standing.availability.emplace();
  CHECK(StandingInWords(Words(crypto::Role::kClient, {}, kNowMs), standing).empty());
  CHECK(StandingInWords(Words(crypto::Role::kTherapist, {}, kNowMs), standing).size() == 1);
}

TEST_CASE("a rhythm that was answered here already is not offered again", "[words]") {
  const Words client(crypto::Role::kClient, {}, kNowMs);
  StandingView standing;
  standing.availability.emplace();
  standing.proposal.emplace();
  standing.proposal->rule = "FREQ=DAILY";
  const auto offers = [&] {
    std::string all;
    for (const std::string& line : StandingInWords(client, standing)) all += line + "\n";
    INFO(all);
    CHECK(all.find("is proposed to you") != std::string::npos);
    return all.find("holdfast rhythm accept") != std::string::npos;
  };
  CHECK(offers());
  standing.waiting = {{BondId(), ActId(), ActKind::kPause, kNowMs, "", {}}};
  CHECK(offers());
  for (const ActKind kind : {ActKind::kAcceptRhythm, ActKind::kEndRhythm}) {
    standing.waiting[0].kind = kind;
    standing.waiting[0].refusal = "";
    CHECK_FALSE(offers());
    standing.waiting[0].refusal = "is older";
    CHECK(offers());
  }
}

BondOverview Overview(std::uint64_t formed_ms) {
  BondOverview overview;
  overview.bond.formed_at_ms = formed_ms;
  return overview;
}

BondOverview Owing(PromiseState state, std::uint64_t due_ms) {
  BondOverview overview = Overview(0);
  PromiseView promise;
  promise.line.state = state;
  promise.line.due_at_ms = due_ms;
  overview.standing.promises.push_back(promise);
  return overview;
}

TEST_CASE("whoever needs the therapist next comes first", "[words]") {
  BondOverview marked = Overview(9);
  marked.ruptures.emplace_back();
  BondOverview empty = Overview(8);
  empty.standing.empty_slot = SlotLine();
  BondOverview ended = Overview(1);
  ended.standing = Owing(PromiseState::kOpen, 5).standing;  // it cannot be kept any more
  ended.standing.ended = true;
  const std::vector<BondOverview> order = {marked,
                                           Owing(PromiseState::kMissed, 50),
                                           Owing(PromiseState::kOpen, 10),
                                           Owing(PromiseState::kOpen, 20),
                                           empty,
                                           Overview(2),
                                           Overview(3),
                                           ended};
  for (std::size_t i = 0; i + 1 < order.size(); ++i) {
    INFO(i);
    CHECK(NeedsEarlier(order[i], order[i + 1]));
    CHECK_FALSE(NeedsEarlier(order[i + 1], order[i]));
  }
}

TEST_CASE("what the practice refused is named until something newer is taken", "[words]") {
  const auto message = [](std::uint64_t sent_ms, MessageState state, const std::string& refusal) {
    MessageView view;
    view.mine = true;
    view.kind = Kind::kCheckIn;
    view.sent_at_ms = sent_ms;
    view.state = state;
    view.refusal = refusal;
    return view;
  };
  const MessageView refused = message(kNowMs - 2, MessageState::kQueued, "is too large\x1b");
  BondOverview overview = Overview(1);
  NoteRefused(overview, {message(kNowMs - 3, MessageState::kStored, ""), refused,
                         message(kNowMs - 1, MessageState::kQueued, "")});
  REQUIRE(overview.refused.size() == 1);
  const std::string words = OverviewInWords(Words(crypto::Role::kClient, {}, kNowMs), overview);
  CHECK(words.find("was not accepted by the practice: is too large") != std::string::npos);
  CHECK(words.find('\x1b') == std::string::npos);
  CHECK(OverviewJson(overview)["not_accepted"].size() == 1);

  BondOverview later = Overview(1);
  NoteRefused(later, {refused, message(kNowMs - 1, MessageState::kStored, "")});
  CHECK(later.refused.empty());
}

}  // namespace
}  // namespace holdfast::client::cli
