// The words for states, needs and errors.
#include "client/cli/words/words.h"

#include <algorithm>
#include <vector>

#include "client/cli/words/rendering.h"
#include "client/cli/words/rupture_words.h"
#include "client/cli/words/step_words.h"
#include "holdfast/v1/content.pb.h"
#include "rules/errors.h"
#include "rules/limits.h"
#include "support/catch.h"
#include "unit/client/cli/moment.h"

namespace holdfast::client::cli {
namespace {

BondView BondLabelled(const std::string& label) {
  BondView bond;
  bond.id = BondId::From(Bytes(16, '\x3f'), "bond").value();
  bond.label = label;
  return bond;
}

MessageView CheckInNeeding(v1::Need need) {
  MessageView message;
  message.id = EnvelopeId::From(Bytes(16, '\x7c'), "id").value();
  message.bond = BondLabelled("").id;
  message.kind = Kind::kCheckIn;
  auto content = std::make_shared<v1::Content>();
  content->mutable_check_in()->set_note("a note");
  content->mutable_check_in()->set_need(need);
  message.content = std::move(content);
  return message;
}

std::string Contains(const std::string& text, const std::string& part) {
  return text.find(part) == std::string::npos ? "\"" + part + "\" is not in: " + text : "";
}

TEST_CASE("a client reads that their therapist was with them, and when", "[words]") {
  MessageView message = CheckInNeeding(v1::NEED_WITNESS);
  const Words therapist(crypto::Role::kTherapist, {}, kNowMs);
  CHECK(Contains(therapist.Remark(message), "holdfast witness 7c7c7c").empty());
  CHECK(therapist.Remark(CheckInNeeding(v1::NEED_REPLY)).empty());
  message.witnessed_at_ms = kNowMs;
  CHECK(Contains(therapist.Remark(message), "You said that you read this").empty());
  const Words client(crypto::Role::kClient, {}, kNowMs);
  message.mine = true;
  const std::string said = client.Remark(message);
  CHECK(Contains(said, "Your therapist read this and was with you, today").empty());
  // What stands beside it is not lost.
  message.state = MessageState::kMissed;
  CHECK(client.Remark(message).starts_with(said));
  CHECK(Contains(client.Remark(message), "not about you").empty());
}

TEST_CASE("the other side is named by label, and kindly without one", "[words]") {
  const BondId bond = BondLabelled("").id;
  CHECK(Words(crypto::Role::kTherapist, {BondLabelled("Ann")}, kNowMs).Other(bond) == "Ann");
  CHECK(Words(crypto::Role::kTherapist, {BondLabelled("")}, kNowMs).Other(bond) == "client 3f3f3f");
  CHECK(Words(crypto::Role::kClient, {BondLabelled("")}, kNowMs).Other(bond) == "your therapist");
}

TEST_CASE("every state and need has words of its own", "[words]") {
  const Words words(crypto::Role::kClient, {}, kNowMs);
  std::vector<std::string> states;
  for (int i = 0; i <= static_cast<int>(MessageState::kWithdrawn); ++i) {
    MessageView message = CheckInNeeding(v1::NEED_REPLY);
    message.state = static_cast<MessageState>(i);
    message.due_at_ms = kNowMs;
    states.push_back(words.State(message));
    CHECK_FALSE(states.back().empty());
  }
  std::sort(states.begin(), states.end());
  CHECK(std::adjacent_find(states.begin(), states.end()) == states.end());
  CHECK(NeedName(CheckInNeeding(v1::NEED_REPLY)) == "reply");
  CHECK(NeedName(CheckInNeeding(v1::NEED_WITNESS)) == "witness");
  CHECK(NeedName(CheckInNeeding(v1::NEED_NONE)) == "none");
  CHECK(NeedName(CheckInNeeding(v1::NEED_SESSION)) == "session");
  CHECK(NeedName(CheckInNeeding(v1::NEED_UNSPECIFIED)).empty());
}

TEST_CASE("a queued message is said to be safe, and when it goes out", "[words]") {
  const Words words(crypto::Role::kClient, {}, kNowMs);
  const MessageView message = CheckInNeeding(v1::NEED_REPLY);
  CHECK(Contains(words.Written(message), "safe on this device and queued").empty());
  CHECK(Contains(words.Written(message), "with your next command").empty());
  // Nothing runs when the command has ended.
  CHECK(words.Written(message).find("by itself") == std::string::npos);
}

TEST_CASE("what the practice refused is said, whatever the state", "[words]") {
  const Words words(crypto::Role::kClient, {}, kNowMs);
  MessageView message = CheckInNeeding(v1::NEED_REPLY);
  message.refusal = "the bond has ended\x1b[2J";
  CHECK(Contains(words.Written(message), "the bond has ended").empty());
  CHECK(words.State(message) == "not accepted");
  CHECK(words.Remark(message).find('\x1b') == std::string::npos);
}

TEST_CASE("a refusal that was kept is said without the name of a field", "[words]") {
  const Words words(crypto::Role::kClient, {}, kNowMs);
  MessageView message = CheckInNeeding(v1::NEED_REPLY);
  message.refusal = "header.bond: the bond has ended";
  CHECK(Contains(words.Written(message), "accept it: the bond has ended.").empty());
  message.refusal_reason = Reason::kBondEnded;
  CHECK(Contains(words.Written(message), "accept it: this bond had ended.").empty());
  message.refusal_reason = Reason::kTooLarge;
  message.refusal = "body: is too large";
  CHECK(Contains(words.Written(message), "accept it: the message is too large.").empty());
  message.refusal = "sorry: no";  // no field
  CHECK(Contains(words.Written(message), "accept it: sorry: no.").empty());
}

TEST_CASE("unconfirmed is never called failed", "[words]") {
  const Words words(crypto::Role::kClient, {}, kNowMs);
  MessageView message = CheckInNeeding(v1::NEED_REPLY);
  message.mine = true;
  message.state = MessageState::kStored;
  message.state_since_ms = kNowMs;
  message.unconfirmed = true;
  CHECK(Contains(words.State(message), "delivery unconfirmed since").empty());
  CHECK(words.Remark(message).find("fail") == std::string::npos);
  CHECK(Contains(words.Remark(message), "another way").empty());
}

TEST_CASE("a mark is told in words that put nothing on the client", "[words]") {
  BondView bond = BondLabelled("Ann");
  MessageView reply = CheckInNeeding(v1::NEED_REPLY);
  reply.kind = Kind::kReply;
  reply.sent_at_ms = kNowMs;
  RuptureView mark;
  mark.bond = bond.id;
  mark.marked_at_ms = kNowMs;
  mark.text = "I felt \x1b[2J small";

  reply.mine = true;
  const Words therapist(crypto::Role::kTherapist, {bond}, kNowMs);
  const std::string told = RuptureInWords(therapist, mark, &reply);
  CHECK(Contains(told, "Ann marked your reply of today as having landed badly").empty());
  CHECK(Contains(told, "still open").empty());
  CHECK(told.find('\x1b') == std::string::npos);

  reply.mine = false;
  const Words client(crypto::Role::kClient, {bond}, kNowMs);
  CHECK(
      Contains(RuptureInWords(client, mark, &reply), "You marked your therapist's reply").empty());
  CHECK(Contains(RuptureInWords(client, mark, nullptr), "not reached this device").empty());
  CHECK(Contains(RuptureWritten(client, mark), "nothing else that you have to do").empty());
  CHECK(RuptureWritten(client, mark).find("goes out") == std::string::npos);
  mark.goes_from_ms = kNowMs + limits::kHourMs;
  CHECK(Contains(RuptureWritten(client, mark), "in touch after").empty());
  mark.goes_from_ms = kNowMs;
  CHECK(RuptureWritten(client, mark).ends_with("the next time it is in touch."));
  CHECK(RuptureQuestion(client, mark, &reply).starts_with("First, because it matters"));
}

TEST_CASE("a marked message says so, and who closed it", "[words]") {
  const BondView bond = BondLabelled("Ann");
  MessageView reply = CheckInNeeding(v1::NEED_REPLY);
  reply.mine = true;
  reply.rupture.emplace();
  reply.rupture->bond = bond.id;
  reply.rupture->marked_at_ms = kNowMs;
  const Words therapist(crypto::Role::kTherapist, {bond}, kNowMs);
  const auto shown = [&] {
    return Excerpt(therapist, reply, 80) + "\n" + Whole(therapist, reply, 80);
  };
  CHECK(Contains(shown(), "Landed badly: Ann marked it today").empty());
  reply.rupture->closed = true;
  reply.rupture->closed_at_ms = kNowMs;
  const std::string closed = shown();
  CHECK(Contains(closed, "Landed badly; Ann closed it today").empty());
  CHECK(closed.find("still open") == std::string::npos);
}

TEST_CASE("a failure is one sentence, ended, with advice where there is some", "[words]") {
  CHECK(FailureInWords(Refuse(Reason::kUsage, "--need", "say which")) == "--need: say which.");
  const std::string away = FailureInWords(Refuse(Reason::kUnreachable, "", "nobody answers"));
  CHECK(away.starts_with("nobody answers. "));
  CHECK(Contains(away, "try again").empty());
  const std::string hostile =
      FailureInWords(Refuse(Reason::kNotPermitted, "", "no\x1b]0;x\x07\ny"));
  CHECK(hostile.find('\x1b') == std::string::npos);
  CHECK(hostile.find('\n') == std::string::npos);
}

TEST_CASE("a failure names the command for what to do next", "[words]") {
  const auto in_words = [](NextStep step) {
    return FailureInWords(WithStep(Refuse(Reason::kUsage, "bond", "is not one of yours"), step));
  };
  CHECK(in_words(NextStep::kNone) == "this bond is not one of yours.");
  CHECK(in_words(NextStep::kListBonds) ==
        "this bond is not one of yours; \"holdfast status\" lists them.");
  CHECK(FailureInWords(
            WithStep(Refuse(Reason::kUsage, "", "this profile already belongs to an account"),
                     NextStep::kOtherProfile)) ==
        "this profile already belongs to an account; use another one with --profile NAME.");
  for (unsigned step = 1; step <= static_cast<unsigned>(kLastNextStep); ++step) {
    CHECK_FALSE(StepInWords(static_cast<NextStep>(step)).empty());
  }
  Finding finding{.good = false, .kind = FindingKind::kNoAccount};
  finding.why = WithStep(Refuse(Reason::kUsage, "", "this profile has no account yet"),
                         NextStep::kMakeAccount);
  CHECK(FindingInWords(finding) ==
        "this profile has no account yet; begin with \"holdfast enroll\" or \"holdfast join\"");
}

TEST_CASE("no failure shows the name of a field, but as it was typed", "[words]") {
  const auto said = [](std::string_view field, std::string_view message) {
    return FailureInWords(Refuse(Reason::kNotPermitted, field, message));
  };
  CHECK(said("lookup_id", "was used already") == "the invitation was used already.");
  CHECK(said("release.promise", "has been answered already") ==
        "what it waits for has been answered already.");
  CHECK(said("note.text", "is empty") == "the note is empty.");
  CHECK(said("id", "no message begins with it") == "no message begins with it.");
  CHECK(said("something.new", "is not right") == "part of it is not right.");
  CHECK(said("--bond", "names nobody") == "--bond names nobody.");
  CHECK(said("ID", "names no draft") == "ID names no draft.");
  CHECK(said("--need", "say which") == "--need: say which.");
}

TEST_CASE("an alarm is one line, whatever is in its text", "[words]") {
  Alarm alarm;
  alarm.at_ms = kNowMs;
  alarm.kind = AlarmKind::kAsWritten;
  alarm.text = "They wrote:\nATTENTION (today): call\x1b[0m \xC2\x9B or \xE2\x80\xAE";
  const std::string words = AlarmInWords(alarm, kNowMs);
  for (const char* part : {"\n", "\x1b", "\xC2\x9B", "\xE2\x80\xAE"}) {
    CHECK(words.find(part) == std::string::npos);
  }
}

TEST_CASE("a clock or a backup is told calmly, what may be a forgery is not", "[words]") {
  Alarm alarm;
  alarm.at_ms = kNowMs;
  const auto said = [&](AlarmKind kind) {
    alarm.kind = kind;
    return AlarmInWords(alarm, kNowMs);
  };
  CHECK(said(AlarmKind::kPracticeRestored).starts_with("Please note (today"));
  CHECK(Contains(said(AlarmKind::kPracticeRestored), "you need not do anything").empty());
  CHECK(said(AlarmKind::kClocksDiffer).starts_with("Please note"));
  CHECK(said(AlarmKind::kTwoLists).starts_with("ATTENTION (today"));
  CHECK(said(AlarmKind::kSecondUnderNumber).starts_with("ATTENTION"));
}

}  // namespace
}  // namespace holdfast::client::cli
