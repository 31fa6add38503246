// One line that says all, for a status bar too.
#include "client/cli/words/json.h"
#include "client/cli/words/overview_words.h"
#include "client/cli/words/summary_words.h"
#include "support/catch.h"

namespace holdfast::client::cli {
namespace {

constexpr std::uint64_t kNowMs = 1'772'643'600'000;  // 2026-03-04 17:00 UTC

PromiseView Promised(std::uint64_t due_ms, PromiseState state = PromiseState::kOpen) {
  PromiseView promise;
  promise.line.due_at_ms = due_ms;
  promise.line.state = state;
  return promise;
}

std::vector<BondOverview> Practice() {
  BondOverview anna;
  anna.unread = 2;
  anna.ruptures.emplace_back();
  anna.standing.promises = {Promised(kNowMs + 7'200'000), Promised(1, PromiseState::kMissed)};
  BondOverview ben;
  ben.unread = 1;
  ben.asked.emplace_back();
  ben.standing.promises = {Promised(kNowMs + 3'600'000)};
  BondOverview ended;
  ended.standing.ended = true;
  ended.standing.promises = {Promised(1)};
  return {anna, ben, ended};
}

TEST_CASE("a summary says what is owed, what is late, by when, and what is new", "[words]") {
  const Words words(crypto::Role::kTherapist, {}, kNowMs);
  const Summary summary = SummaryOf(Practice(), crypto::Role::kTherapist);
  CHECK(SummaryInWords(words, summary) ==
        "1 landed badly; 4 replies owed, 1 of them late, the next due " +
            words.Time(kNowMs + 3'600'000) + "; 3 not opened yet.");
  const Json json = SummaryJson(summary);
  CHECK(json["marks"] == 1);
  CHECK(json["owed"] == 4);
  CHECK(json["late"] == 1);
  CHECK(json["unread"] == 3);
  CHECK(json["first_due_at"] == "2026-03-04T18:00:00.000Z");
  CHECK(json["check_in_open_until"].is_null());
}

TEST_CASE("whoever may not be safe stands first in the summary", "[words]") {
  const Words words(crypto::Role::kTherapist, {}, kNowMs);
  std::vector<BondOverview> practice = Practice();
  practice[1].not_safe.resize(2);
  practice[2].not_safe.resize(1);  // also where the bond has ended
  const Summary summary = SummaryOf(practice, crypto::Role::kTherapist);
  CHECK(SummaryInWords(words, summary)
            .starts_with("ATTENTION: 3 check-ins say that somebody may not be safe; 1 landed"));
  CHECK(SummaryJson(summary)["not_safe"] == 3);
}

TEST_CASE("a client's summary says what is owed to them, and nothing against them", "[words]") {
  const Words words(crypto::Role::kClient, {}, kNowMs);
  BondOverview bond;
  bond.standing.promises = {Promised(kNowMs)};
  bond.standing.open_slot = SlotLine();
  bond.standing.open_slot->slot.closes_at_ms = kNowMs;
  CHECK(SummaryInWords(words, SummaryOf({bond}, crypto::Role::kClient)) ==
        "1 reply owed to you, due today, " + words.Time(kNowMs).substr(7) +
            "; a check-in is open until " + words.Time(kNowMs) + ".");
  CHECK(SummaryInWords(words, SummaryOf({}, crypto::Role::kClient)) == "Nothing waits for you.");
}

TEST_CASE("what of one's own has not gone out is no nothing", "[words]") {
  const Words words(crypto::Role::kClient, {}, kNowMs);
  BondOverview bond;
  CHECK(OwnInWords(SummaryOf({bond}, crypto::Role::kClient)) ==
        "All that you wrote has left this device.");
  bond.standing.waiting.resize(2);
  bond.standing.waiting[1].refusal = "is too late";  // no longer waits
  const KeptHere kept = {.queued = 1, .drafts = 3};
  const Summary summary = SummaryOf({bond}, crypto::Role::kClient, kept);
  CHECK(SummaryInWords(words, summary) ==
        "Nothing waits for you; 2 of yours have not gone out yet; 3 drafts are kept, not sent.");
  CHECK(SummaryInWords(words, summary) == NothingInWords(summary));
  CHECK(OwnInWords(summary) ==
        "2 of yours wait on this device, and will be offered to the practice again.\n"
        "3 drafts are kept here, not sent (holdfast drafts).");
  CHECK(SummaryJson(summary)["unsent"] == 2);
  CHECK(SummaryJson(summary)["drafts"] == 3);
  bond = BondOverview();
  bond.unread = 1;
  const Summary one = SummaryOf({bond}, crypto::Role::kClient, {.queued = 1, .drafts = 1});
  CHECK(SummaryInWords(words, one) ==
        "1 not opened yet; 1 of yours has not gone out yet; 1 draft is kept, not sent.");
}

TEST_CASE("what was refused has not left, and a bond that ended says so in status", "[words]") {
  const Words words(crypto::Role::kClient, {}, kNowMs);
  BondOverview bond;
  CHECK(LeftBehindInWords(words, bond).empty());
  MessageView& refused = bond.refused.emplace_back();
  refused.kind = Kind::kNote;
  refused.sent_at_ms = kNowMs;
  refused.refusal = "header.bond: the bond has ended";
  refused.refusal_reason = Reason::kBondEnded;
  const Summary goes_on = SummaryOf({bond}, crypto::Role::kClient);
  CHECK(SummaryInWords(words, goes_on) == "Nothing waits for you; 1 of yours was not accepted.");
  CHECK(OwnInWords(goes_on).empty());
  CHECK(SummaryJson(goes_on)["not_accepted"] == 1);
  bond.standing.ended = true;
  const Summary ended = SummaryOf({bond}, crypto::Role::kClient);
  CHECK(SummaryInWords(words, ended) == "Nothing waits for you.");  // nothing can be done
  CHECK(OwnInWords(ended).empty());
  const std::string left = LeftBehindInWords(words, bond);
  INFO(left);
  CHECK(left.find("not accepted by the practice: this bond had ended; it is kept here: "
                  "holdfast show ") != std::string::npos);
  CHECK(left.find("header") == std::string::npos);
}

}  // namespace
}  // namespace holdfast::client::cli
