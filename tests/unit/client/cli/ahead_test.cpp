// The words for what was written ahead, and the times that people give.
#include <algorithm>
#include <array>
#include <vector>

#include "client/cli/words/ahead_words.h"
#include "client/cli/words/json.h"
#include "client/cli/words/schedule_input.h"
#include "holdfast/v1/content.pb.h"
#include "rules/errors.h"
#include "support/catch.h"
#include "unit/client/cli/moment.h"

namespace holdfast::client::cli {
namespace {

using limits::kDayMs;

MessageView NoteFor(ReleaseWhen when, bool mine) {
  MessageView note;
  note.id = EnvelopeId::From(Bytes(16, '\x7c'), "id").value();
  note.mine = mine;
  note.kind = Kind::kNote;
  note.sent_at_ms = kNowMs - 2 * kDayMs;
  note.state = MessageState::kStored;
  auto content = std::make_shared<v1::Content>();
  content->mutable_note()->set_text("thinking of you");
  note.content = std::move(content);
  note.ahead.emplace();
  note.ahead->release.when = when;
  note.ahead->release.at_ms = when == ReleaseWhen::kAtTime ? kNowMs + kDayMs : 0;
  note.ahead->slot_opens_at_ms = kNowMs + kDayMs;
  return note;
}

bool Holds(const std::string& text, const std::string& part) {
  UNSCOPED_INFO(text);
  return text.find(part) != std::string::npos;
}

constexpr std::array kConditions = {ReleaseWhen::kAtTime, ReleaseWhen::kSlotOpens,
                                    ReleaseWhen::kSlotClosesEmpty, ReleaseWhen::kPromiseMissed};

TEST_CASE("a waiting note says what it waits for, each condition in its own words", "[ahead]") {
  const Words words(crypto::Role::kTherapist, {}, kNowMs);
  std::vector<std::string> states;
  for (const ReleaseWhen when : kConditions) {
    const MessageView note = NoteFor(when, true);
    states.push_back(words.State(note));
    CHECK(Holds(states.back(), "sealed, waiting for"));
    CHECK(Holds(words.Written(note), "holdfast ahead withdraw 7c7c7c"));
  }
  std::ranges::sort(states);
  CHECK(std::ranges::adjacent_find(states) == states.end());
}

TEST_CASE("what holds a note is said to its author, with all three ways to decide", "[ahead]") {
  const Words words(crypto::Role::kTherapist, {}, kNowMs);
  MessageView note = NoteFor(ReleaseWhen::kAtTime, true);
  note.ahead->goes_at_ms = note.ahead->release.at_ms;
  note.ahead->is_soon = true;
  CHECK(Holds(ComingInWords(words, {note}), "goes out"));
  CHECK(Holds(ComingInWords(words, {note}), "holdfast ahead rewrite 7c7c7c"));
  AheadHold hold;
  hold.marked = true;
  hold.not_safe = true;
  note.ahead->hold = hold;
  for (const AheadOutlook outlook : {AheadOutlook::kWaiting, AheadOutlook::kReleased}) {
    note.ahead->outlook = outlook;
    for (const std::string& said : {HeldInWords(words, {note}), words.Remark(note)}) {
      CHECK(Holds(said, "not safe"));
      CHECK(Holds(said, "landed badly"));
      CHECK_FALSE(Holds(said, "is late"));
      for (const std::string how : {"release", "rewrite", "withdraw"}) {
        CHECK(Holds(said, "holdfast ahead " + how + " 7c7c7c"));
      }
    }
  }
  CHECK(words.State(note) == "held until you decide");
  const Json document = MessageJson(note)["ahead"];
  CHECK(document["hold"]["out"] == true);
  CHECK(document["hold"]["reasons"] == Json{"mark", "not-safe"});
  note.ahead->hold.reset();
  note.ahead->decided = true;
  note.ahead->outlook = AheadOutlook::kWaiting;
  CHECK(Holds(words.Remark(note), "You decided that it goes"));
  CHECK(HeldInWords(words, {}).empty());
}

TEST_CASE("a note that will never come says so plainly, and why", "[ahead]") {
  const Words words(crypto::Role::kTherapist, {}, kNowMs);
  std::vector<std::string> remarks;
  for (const AheadOutlook outlook :
       {AheadOutlook::kRhythmChanged, AheadOutlook::kSkipped, AheadOutlook::kCheckInCame,
        AheadOutlook::kAnswered, AheadOutlook::kBondEnded}) {
    MessageView note = NoteFor(ReleaseWhen::kSlotOpens, true);
    note.ahead->outlook = outlook;
    CHECK(IsVain(outlook));
    CHECK(words.State(note) == "sealed, and will not come");
    remarks.push_back(words.Remark(note));
    CHECK_FALSE(remarks.back().empty());
    const bool can_withdraw = outlook != AheadOutlook::kBondEnded;
    CHECK(Holds(remarks.back(), "ahead withdraw") == can_withdraw);
  }
  std::ranges::sort(remarks);
  CHECK(std::ranges::adjacent_find(remarks) == remarks.end());
}

TEST_CASE("the reader learns when it was written and why it came now", "[ahead]") {
  const Words words(crypto::Role::kClient, {}, kNowMs);
  for (const ReleaseWhen when : kConditions) {
    MessageView note = NoteFor(when, false);
    note.ahead->outlook = AheadOutlook::kReleased;
    note.ahead->released_at_ms = kNowMs;
    const std::string remark = words.Remark(note);
    CHECK(Holds(remark, "Written ahead on Mon 2 Mar"));
    // Never a reproach.
    CHECK_FALSE(Holds(remark, "did not"));
    CHECK_FALSE(Holds(remark, "have not"));
    CHECK_FALSE(Holds(remark, "missed"));
    note.ahead->early = true;
    CHECK(Holds(words.Remark(note), "It came before that"));
  }
}

TEST_CASE("a withdrawal that waits says that the note may still come", "[ahead]") {
  const Words words(crypto::Role::kTherapist, {}, kNowMs);
  MessageView note = NoteFor(ReleaseWhen::kAtTime, true);
  note.ahead->withdrawing = true;
  CHECK(Holds(words.Remark(note), "may still come"));
  CHECK(Holds(AheadWithdrawn(words, note), "may still come"));
  note.state = MessageState::kWithdrawn;
  note.ahead->outlook = AheadOutlook::kWithdrawn;
  CHECK(Holds(AheadWithdrawn(words, note), "will never see it"));
  CHECK(Holds(words.State(note), "withdrawn"));
}

TEST_CASE("programs get condition, times and outlook", "[ahead]") {
  const Json json = MessageJson(NoteFor(ReleaseWhen::kAtTime, true));
  CHECK(json.at("ahead").at("when") == "at-time");
  CHECK(json.at("ahead").at("at") == "2026-03-05T17:00:00.000Z");
  CHECK(json.at("ahead").at("outlook") == "waiting");
  CHECK(json.at("ahead").at("released_at").is_null());
  CHECK(MessageJson(MessageView()).at("ahead").is_null());
}

TEST_CASE("a time is given as people write it, or as --json shows it", "[ahead]") {
  const auto at = [](const char* text) { return ParseInstant(text, "--at", kNowMs); };
  CHECK(at("2026-03-04T17:00:00Z").value() == kNowMs);
  CHECK(at("2026-03-04T17:00:07.250Z").value() == kNowMs + 7250);
  CHECK(at("2026-03-05 17:00").value() == kNowMs + kDayMs);
  CHECK(at("tomorrow 17:00").value() == kNowMs + kDayMs);
  // A day alone would be its midnight.
  for (const char* bad :
       {"", "Z", "tomorrow", "2026-03-05", "2026-03-04T17:00Z", "2026-03-04T17:00:60Z",
        "2026-03-04T17:00:00.5Z", "2026-03-04T25:00:00Z", "2026-03-04T17:00:xxZ"}) {
    const auto refused = at(bad);
    UNSCOPED_INFO(bad);
    CHECK(ReasonOf(refused.status()) == Reason::kUsage);
    CHECK(FieldOf(refused.status()) == "--at");
  }
}

}  // namespace
}  // namespace holdfast::client::cli
