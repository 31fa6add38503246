// The closed table of errors, the questions that are asked of it, and the page that prints it.
#include "rules/errors.h"

#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <string>

#include "rules/retry.h"
#include "support/catch.h"

namespace holdfast {
namespace {

using Reasons = std::set<Reason>;

// All reasons of the table that a question is answered with yes for.
Reasons Where(const std::function<bool(const absl::Status&)>& question) {
  Reasons reasons;
  for (const ReasonRow& row : ReasonTable()) {
    if (question(Refuse(row.reason, "field", "for a test"))) reasons.insert(row.reason);
  }
  return reasons;
}

Reasons Over(Offered what) {
  return Where([&](const absl::Status& status) { return IsOver(status, what); });
}

Reasons WithCode(int exit_code) {
  return Where([&](const absl::Status& status) { return ExitCodeOf(status) == exit_code; });
}

std::string ProtocolPage() {
  std::ifstream file(HOLDFAST_SOURCE_DIR "/crypto/PROTOCOL.md");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// As gRPC spells it.
std::string SpelledLoud(absl::StatusCode code) { return absl::StatusCodeToString(code); }

std::string Words(Retry retry) {
  switch (retry) {
    case Retry::kNow:
      return "now";
    case Retry::kAfterRefresh:
      return "after a refresh";
    case Retry::kSoon:
      return "soon";
    case Retry::kLater:
      return "later";
    case Retry::kNever:
      return "never";
    case Retry::kTellPerson:
      return "tell the person";
  }
  return "";
}

std::string Words(Who who) {
  switch (who) {
    case Who::kRequest:
      return "request";
    case Who::kAccount:
      return "account";
    case Who::kBond:
      return "bond";
    case Who::kPractice:
      return "practice";
    default:
      return "";
  }
}

std::string Ends(const ReasonRow& row) {
  const absl::Status refusal = Refuse(row.reason, "", "for a test");
  std::string words;
  const auto add = [&](Offered what, const char* word) {
    if (IsOver(refusal, what)) words += (words.empty() ? "" : ", ") + std::string(word);
  };
  add(Offered::kMessage, "message");
  add(Offered::kAhead, "ahead");
  add(Offered::kAct, "act");
  return words;
}

}  // namespace

TEST_CASE("every reason keeps its name, code and exit code through a status") {
  std::set<std::string_view> names;
  for (const ReasonRow& row : ReasonTable()) {
    CAPTURE(std::string(row.name));
    const absl::Status status = RefuseFor(row.reason, "answers.q1", "does not fit", 250);
    CHECK(status.code() == row.code);
    CHECK(ReasonOf(status) == row.reason);
    CHECK(FieldOf(status) == "answers.q1");
    CHECK(RetryAfterMs(status) == 250);
    CHECK(ExitCodeOf(status) == row.exit_code);
    CHECK(ReasonNamed(row.name) == row.reason);
    CHECK(status.message() == "answers.q1: does not fit");
    CHECK((row.exit_code >= 1 && row.exit_code <= 5));
    CHECK(names.insert(row.name).second);
  }
}

TEST_CASE("a status of unknown origin is told apart: away, or internal") {
  CHECK(ReasonOf(absl::UnavailableError("x")) == Reason::kUnreachable);
  CHECK(ReasonOf(absl::DeadlineExceededError("x")) == Reason::kUnreachable);
  CHECK(ReasonOf(absl::UnknownError("x")) == Reason::kInternal);
  CHECK(ExitCodeOf(absl::UnavailableError("x")) == 4);
  CHECK(ExitCodeOf(absl::OkStatus()) == 0);
  CHECK(FieldOf(absl::UnknownError("x")).empty());
  CHECK(RetryAfterMs(absl::UnknownError("x")) == 0);
  CHECK_FALSE(ReasonNamed("no_such_reason").has_value());
}

TEST_CASE("every reason says what a client does about it, and whom it means") {
  for (const ReasonRow& row : ReasonTable()) {
    CAPTURE(std::string(row.name));
    CHECK_FALSE(Words(row.retry).empty());
    CHECK(row.who <= Who::kProgram);
    CHECK(row.ends < 2U * static_cast<unsigned>(Offered::kAct));
    // What is over is not asked for again by itself.
    if (row.ends != 0) CHECK((row.retry == Retry::kNever || row.retry == Retry::kTellPerson));
  }
}

// What each caller had a list of its own for, before there were columns.
TEST_CASE("a message, a note ahead and an act are over for the same reasons as ever") {
  using enum Reason;
  const Reasons shared = {kMalformedField, kTooLarge, kUnsupportedVersion, kNotPermitted,
                          kBondEnded};
  Reasons message = shared;
  message.insert(kEnvelopeConflict);
  CHECK(Over(Offered::kMessage) == message);
  Reasons ahead = shared;
  ahead.insert({kTimeOutOfRange, kUnknownEnvelope, kEnvelopeConflict, kActSuperseded});
  CHECK(Over(Offered::kAhead) == ahead);
  Reasons act = shared;
  act.insert({kTimeOutOfRange, kUnknownEnvelope, kActConflict, kActSuperseded});
  CHECK(Over(Offered::kAct) == act);
}

TEST_CASE("what passes by itself is told apart as ever: away, busy, full") {
  using enum Reason;
  CHECK(Where(IsAway) == Reasons{kUnreachable, kShuttingDown});
  CHECK(Where(IsAway) == WithCode(4));
  CHECK(Where(IsBusy) == Reasons{kServerBusy, kStorageFull});
  CHECK(Where(WillPass) == Reasons{kUnreachable, kShuttingDown, kServerBusy, kStorageFull});
  CHECK(Where(WillPassSoon) == Reasons{kUnreachable, kShuttingDown, kServerBusy});
}

TEST_CASE("what needs a login, holds up one bond or is the vault's failure is as ever") {
  using enum Reason;
  CHECK(Where(NeedsLogin) == Reasons{kTokenExpired, kTokenInvalid});
  CHECK(Where(HoldsUpOneBond) == Reasons{kIntegrity});
  CHECK(Where(IsVaultFailure) == Reasons{kVaultDamaged, kStorageFailed});
}

TEST_CASE("the practice is believed no reason that is this device's own to say") {
  Reasons practices = WithCode(3);
  practices.merge(WithCode(4));
  practices.insert({Reason::kUnknownEnvelope, Reason::kPracticeRestored});
  for (const ReasonRow& row : ReasonTable()) {
    CAPTURE(std::string(row.name));
    CHECK(IsThePracticesToSay(row.reason) == practices.contains(row.reason));
  }
}

TEST_CASE("nothing is to be done about what succeeded") {
  const absl::Status ok;
  CHECK_FALSE((IsAway(ok) || IsBusy(ok) || WillPass(ok) || WillPassSoon(ok) || NeedsLogin(ok)));
  CHECK_FALSE((HoldsUpOneBond(ok) || IsVaultFailure(ok) || IsOver(ok, Offered::kMessage)));
}

TEST_CASE("the protocol's page prints the table as it is") {
  const std::string page = ProtocolPage();
  for (const ReasonRow& row : ReasonTable()) {
    const std::string begin = "| `" + std::string(row.name) + "` | ";
    const std::string line = begin + SpelledLoud(row.code) + " | " + Words(row.retry) + " | " +
                             Words(row.who) + " | " + Ends(row) + " |\n";
    CAPTURE(line);
    const bool is_said = IsThePracticesToSay(row.reason);
    CHECK((page.find(line) != std::string::npos) == is_said);
    CHECK((page.find(begin) != std::string::npos) == is_said);
  }
}

}  // namespace holdfast
