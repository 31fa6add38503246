// Promises of the words: every kind has some, they say what they are about, and what an
// earlier version wrote is shown as it wrote it.
#include "client/words/alarm_words.h"

#include "client/core/outside/limits.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "client/storage/memory_storage.h"
#include "client/words/finding_words.h"
#include "client/words/sentence.h"
#include "support/catch.h"

namespace holdfast::client {
namespace {

const PersonName kKim{Who::kClient, "Kim"};

Alarm Of(AlarmKind kind, const AlarmArgs& args) {
  Alarm alarm;
  alarm.kind = kind;
  alarm.args = args;
  return alarm;
}

std::string TextOf(AlarmKind kind, const AlarmArgs& args) { return AlarmText(Of(kind, args)); }

bool IsSentence(const std::string& text) {
  const bool begins =
      !text.empty() && ((text[0] >= 'A' && text[0] <= 'Z') || (text[0] >= '0' && text[0] <= '9'));
  return begins && text.size() > 15 && text.back() == '.' && text.find('{') == std::string::npos &&
         text.find('}') == std::string::npos;
}

TEST_CASE("every kind of alarm has words, whatever it is about", "[words]") {
  const Cause why{Reason::kIntegrity, "header", "is not right"};
  for (unsigned number = 1; number <= static_cast<unsigned>(kNewestAlarmKind); ++number) {
    for (const std::uint64_t count : {0U, 1U, 2U}) {
      const AlarmArgs args{kKim, count, "Kim", why};
      const std::string text = TextOf(static_cast<AlarmKind>(number), args);
      INFO(number << ": " << text);
      CHECK(IsSentence(text));
      CHECK(IsSentence(TextOf(static_cast<AlarmKind>(number), {})));
    }
  }
}

TEST_CASE("every kind of finding has words", "[words]") {
  for (unsigned number = 0; number <= static_cast<unsigned>(kLastFindingKind); ++number) {
    Finding finding;
    finding.kind = static_cast<FindingKind>(number);
    finding.who = kKim;
    finding.count = 3;
    finding.address = "practice.example:7443";
    finding.why = Refuse(Reason::kUnreachable, "", "The practice does not answer.");
    INFO(number << ": " << FindingText(finding));
    CHECK(IsSentence(FindingText(finding)));
  }
}

TEST_CASE("a finding names whom and what it is about", "[words]") {
  CHECK(FindingText({true, FindingKind::kDevicesChecked, PersonName{Who::kTherapist, ""}}) ==
        "Bond with your therapist: devices checked.");
  CHECK(FindingText({.good = false, .kind = FindingKind::kKeptAside, .count = 3}) ==
        "3 received messages could not be opened and are kept as they came. Ask the people you "
        "write with what they were.");
  Finding away{.good = false, .kind = FindingKind::kPracticeAway};
  away.why = Refuse(Reason::kUnreachable, "", "the practice does not answer");
  CHECK(FindingText(away) == "the practice does not answer");
}

TEST_CASE("a clock that differs is said to be ahead or behind, and by how much", "[words]") {
  const auto words = [](std::int64_t ahead_ms) {
    return FindingText({.good = false, .kind = FindingKind::kClocksDiffer, .ahead_ms = ahead_ms});
  };
  constexpr auto kHour = static_cast<std::int64_t>(limits::kHourMs);
  const std::string rest = " the practice's; check the date and time here.";
  CHECK(words(-24 * kHour) == "This device's clock is 24 hours behind" + rest);
  CHECK(words(-48 * kHour) == "This device's clock is 2 days behind" + rest);
  CHECK(words(kHour / 4) == "This device's clock is 15 minutes ahead of" + rest);
  CHECK(words(20 * 24 * kHour) == "This device's clock is 20 days ahead of" + rest);
}

TEST_CASE("an alarm names whom, how many and why", "[words]") {
  CHECK(TextOf(AlarmKind::kMessagesMissing, {.who = kKim, .count = 1})
            .starts_with("1 message that \"Kim\" sent before this one has not reached you. "));
  CHECK(TextOf(AlarmKind::kMessagesMissing, {.who = kKim, .count = 2})
            .starts_with("2 messages that \"Kim\" sent before this one have not reached you. "));
  CHECK(TextOf(AlarmKind::kAheadHeldBack, {.who = PersonName{Who::kTherapist, ""}, .count = 1})
            .starts_with("A note that your therapist wrote ahead should have reached you by now, "
                         "and has not: "));
  CHECK(TextOf(AlarmKind::kReceiptWrong,
               {.cause = CauseOf(Refuse(Reason::kIntegrity, "receipt.bond", "is another one"))})
            .starts_with("The practice answered a message with a receipt that is not right "
                         "(the practice's receipt is another one). "));
  CHECK(TextOf(AlarmKind::kSecondAnswer, {.invitation = "Kim"})
            .starts_with("A second person answered the invitation for \"Kim\". "));
  CHECK(
      TextOf(AlarmKind::kSecondAnswer, {}).starts_with("A second person answered an invitation. "));
}

TEST_CASE("people are called by their label, or by what they are", "[words]") {
  CHECK(NameInWords({Who::kClient, "Kim"}) == "\"Kim\"");
  CHECK(NameInWords({Who::kClient, ""}) == "a client");
  CHECK(NameInWords({Who::kTherapist, ""}) == "your therapist");
  CHECK(NameInWords({Who::kOwnDevice, ""}) == "your other device");
  CHECK(NameInWords({Who::kOtherSide, ""}) == "the other side");
}

TEST_CASE("braces in a label mean nothing", "[words]") {
  CHECK(Filled("{who} wrote {count}", {{"who", "{count}"}, {"count", "2"}}) == "{count} wrote 2");
  CHECK(Filled("an open { brace", {{"who", "Kim"}}) == "an open { brace");
}

class AlarmVault {
 public:
  AlarmVault() {
    REQUIRE(crypto::Initialise().ok());
    vault_ = Vault::Open(crypto::VaultKey::From(Bytes(32, 'k'), "key").value(), storage_).value();
  }

  void Raise(AlarmKind kind, const AlarmArgs& args) {
    VaultChange change(*vault_);
    REQUIRE(RaiseAlarm(change, 7, Reason::kIntegrity, std::nullopt, kind, args).ok());
    REQUIRE(change.Commit().ok());
  }
  // As it stands in a vault.
  void Put(const vault::Alarm& record) {
    VaultChange change(*vault_);
    change.Put(names::Alarm(next_++), record);
    REQUIRE(change.Commit().ok());
  }
  std::vector<Alarm> All() {
    VaultChange change(*vault_);
    return AlarmsFrom(change, 0).value();
  }

 private:
  MemoryStorage storage_;
  std::unique_ptr<Vault> vault_;
  std::uint64_t next_ = 100;
};

TEST_CASE("an alarm of before, which is a sentence alone, is shown as it was", "[words]") {
  AlarmVault vault;
  vault::Alarm before;
  before.set_at_ms(5);
  before.set_reason("not_decryptable");
  before.set_text("A message that came in the name of \"{who}\" could not be opened.");
  vault.Put(before);
  const auto alarms = vault.All();
  REQUIRE(alarms.size() == 1);
  CHECK(alarms.front().at_ms == 5);
  CHECK(alarms.front().reason == Reason::kNotDecryptable);
  CHECK(alarms.front().kind == AlarmKind::kAsWritten);
  CHECK(AlarmText(alarms.front()) == before.text());
}

TEST_CASE("an alarm of a newer version says that there are no words for it", "[words]") {
  AlarmVault vault;
  for (const unsigned kind : {0U, static_cast<unsigned>(kNewestAlarmKind) + 1, 70'000U}) {
    vault::Alarm record;
    record.set_kind(kind);
    vault.Put(record);
  }
  REQUIRE(vault.All().size() == 3);
  for (const Alarm& alarm : vault.All()) {
    CHECK(alarm.kind == AlarmKind::kUnknown);
    CHECK(IsSentence(AlarmText(alarm)));
  }
}

TEST_CASE("an alarm comes back from the vault with what it is about, once", "[words]") {
  AlarmVault vault;
  const AlarmArgs args{kKim, 3, "Lea", Cause{Reason::kTooLarge, "body", "is too large"}};
  vault.Raise(AlarmKind::kNotOpened, args);
  vault.Raise(AlarmKind::kNotOpened, args);
  REQUIRE(vault.All().size() == 1);
  const Alarm alarm = vault.All().front();
  CHECK(alarm.at_ms == 7);
  CHECK(alarm.kind == AlarmKind::kNotOpened);
  CHECK(alarm.args.who == args.who);
  CHECK(alarm.args.count == args.count);
  CHECK(alarm.args.invitation == args.invitation);
  CHECK(alarm.args.cause == args.cause);
  // Another kind, or about somebody else, is another alarm.
  vault.Raise(AlarmKind::kOutOfOrder, args);
  vault.Raise(AlarmKind::kNotOpened, {.who = PersonName{Who::kClient, "Lea"}});
  CHECK(vault.All().size() == 3);
}

TEST_CASE("what an alarm is about is short and on one line", "[words]") {
  AlarmVault vault;
  const std::string endless = "a\n\x1b[2J" + std::string(2 * limits::kAlarmTextBytesMax, 'x');
  vault.Raise(AlarmKind::kNotOpened,
              {kKim, 0, endless, Cause{Reason::kIntegrity, endless, endless}});
  const AlarmArgs args = vault.All().front().args;
  for (const std::string& text : {args.invitation, args.cause->field, args.cause->words}) {
    CHECK(text.size() == limits::kAlarmTextBytesMax);
    CHECK(text.starts_with("a  [2J"));
  }
}

}  // namespace
}  // namespace holdfast::client
