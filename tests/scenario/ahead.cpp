// What is written ahead, between real processes: the practice killed while it waits,
// and its time passing meanwhile.
#include <array>
#include <chrono>
#include <ctime>
#include <thread>

#include "support/catch.h"
#include "support/couple.h"

namespace holdfast::test {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kSoon{15'000};
// Leaves a slow machine the time to take a note back.
constexpr milliseconds kLater{45'000};
constexpr milliseconds kWaitMax{60'000};

// As --json shows times.
std::string In(milliseconds ahead) {
  const std::time_t seconds =
      std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() + ahead);
  std::tm utc = {};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.000Z", &utc);
  return text.data();
}

bool HasText(const Json& messages, const std::string& text) {
  for (const Json& message : messages) {
    if (message.at("text") == text) return true;
  }
  return false;
}

bool ArrivesAt(Person& person, const std::string& text) {
  const auto until = std::chrono::steady_clock::now() + kWaitMax;
  while (std::chrono::steady_clock::now() < until) {
    person.Sync();
    if (HasText(person.Inbox(), text)) return true;
    std::this_thread::sleep_for(milliseconds(300));
  }
  return false;
}

TEST_CASE("a note comes at its time although the practice was killed, and a withdrawn one never",
          "[ahead]") {
  Couple couple;
  const auto withdrawn_has_passed = std::chrono::steady_clock::now() + kLater;
  const Json better_not =
      couple.therapist.Do({"ahead", "--at", In(kLater), "--text", "better not"});
  const Json waiting = couple.therapist.Do({"ahead", "list"}).at("notes");
  REQUIRE(waiting.size() == 1);
  CHECK(waiting.at(0).at("state") == "stored");
  const std::string id = better_not.at("message").at("id");
  const Json withdrawn = couple.therapist.Do({"ahead", "withdraw", id.substr(0, 8)});
  CHECK(withdrawn.at("message").at("state") == "withdrawn");

  const std::string soon = In(kSoon);
  couple.therapist.Do({"ahead", "--at", soon, "--text", "thinking of you"});
  couple.practice.Kill();
  couple.client.Try({"sync"});
  CHECK(couple.client.Inbox().empty());
  std::this_thread::sleep_until(withdrawn_has_passed);
  couple.practice.Start();

  REQUIRE(ArrivesAt(couple.client, "thinking of you"));
  const Json note = MessageWith(couple.client.Inbox(), "thinking of you");
  CHECK(note.at("from") == "therapist");
  CHECK(note.at("ahead").at("outlook") == "released");
  CHECK(note.at("ahead").at("early") == false);
  CHECK(note.at("ahead").at("at") == soon);
  CHECK(note.at("ahead").at("released_at").get<std::string>() >= soon);
  couple.client.Do({"show", note.at("id").get<std::string>()});
  couple.client.Sync();
  couple.therapist.Sync();
  CHECK(MessageWith(couple.therapist.Inbox(), "thinking of you").at("state") == "opened");
  CHECK(couple.therapist.Do({"ahead", "list"}).at("notes").empty());
  CHECK_FALSE(HasText(couple.client.Inbox(), "better not"));
  // Both verify the same record.
  CHECK(couple.therapist.Do({"ledger", "verify"}) == couple.client.Do({"ledger", "verify"}));
}

TEST_CASE("written without a connection, a note waits on the device and can be taken back there",
          "[ahead]") {
  Couple couple;
  couple.practice.Kill();
  const Json kept = couple.client.Do({"ahead", "--at", In(kSoon * 1000), "--text", "for later"});
  const Json dropped = couple.client.Do({"ahead", "--at", In(kSoon * 1000), "--text", "drop me"});
  CHECK(kept.at("message").at("state") == "queued");
  CHECK(kept.at("signed").get<std::string>().find("for later") != std::string::npos);
  const std::string id = dropped.at("message").at("id");
  const Json withdrawn = couple.client.Do({"ahead", "withdraw", id});
  CHECK(withdrawn.at("message").at("state") == "withdrawn");
  CHECK(withdrawn.at("signed").get<std::string>().find("drop me") != std::string::npos);
  couple.practice.Start();
  couple.client.Sync();
  const Json notes = couple.client.Do({"ahead", "list"}).at("notes");
  REQUIRE(notes.size() == 1);
  CHECK(notes.at(0).at("text") == "for later");
  CHECK(notes.at(0).at("state") == "stored");
}

TEST_CASE("a note that comes on a hard day waits for its author, and the client is told nothing",
          "[ahead]") {
  Couple couple;
  const std::string said =
      couple.therapist.Do({"send", "--text", "look at the bright side"}).at("message").at("id");
  couple.client.Sync();
  couple.client.Do({"show", said});
  couple.client.Do({"landed", said});
  const auto write = [&](const std::string& text) {
    return couple.therapist.Do({"ahead", "--at", In(kSoon), "--text", text})
        .at("message")
        .at("id")
        .get<std::string>();
  };
  const std::string bright = write("have a bright day");
  const std::string other = write("another bright day");
  const auto held = [&] {
    couple.client.Sync();
    return couple.therapist.Do({"status"}).at("held_notes");
  };
  // The sign that tells of the note's arrival tells of the mark and of the hold.
  const auto until = std::chrono::steady_clock::now() + kWaitMax;
  const auto are_held = [&] {
    const Json notes = held();
    return notes.size() == 2 && notes.at(0).at("ahead").at("hold").at("out") == true &&
           notes.at(1).at("ahead").at("hold").at("out") == true;
  };
  bool both = are_held();
  while (!both && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(milliseconds(300));
    both = are_held();
  }
  REQUIRE(both);
  CHECK_FALSE(HasText(couple.client.Inbox(), "have a bright day"));
  CHECK(couple.client.Try({"show", bright}).exit_code != kExitOk);
  CHECK(couple.client.Do({"status"}).at("bonds").at(0).at("unread") == 0);
  CHECK(couple.client.Do({"search", "bright day"}).at("matches").empty());
  CHECK(couple.therapist.Do({"ahead", "list"}).at("notes").size() == 2);

  couple.therapist.Do({"ahead", "rewrite", other, "--text", "I heard that it landed badly"});
  couple.client.Sync();
  CHECK(HasText(couple.client.Inbox(), "I heard that it landed badly"));
  CHECK_FALSE(HasText(couple.client.Inbox(), "another bright day"));
  const Json released = couple.therapist.Do({"ahead", "release", bright});
  CHECK(released.at("message").at("ahead").at("hold").is_null());
  CHECK(released.at("signed").get<std::string>().find("have a bright day") != std::string::npos);
  couple.client.Sync();
  CHECK(HasText(couple.client.Inbox(), "have a bright day"));
  CHECK(couple.therapist.Do({"status"}).at("held_notes").empty());
  CHECK(couple.client.Try({"ahead", "release", bright}).exit_code != kExitOk);
}

TEST_CASE("when it is to come is said once, and in a way that can be", "[ahead]") {
  Couple couple;
  const auto refused = [&](std::vector<std::string> arguments, const std::string& field) {
    arguments.insert(arguments.begin(), "ahead");
    arguments.insert(arguments.end(), {"--text", "x"});
    const Outcome outcome = couple.client.Try(arguments);
    CHECK(outcome.exit_code != kExitOk);
    INFO(outcome.err);
    CHECK(outcome.err.find(field) != std::string::npos);
  };
  refused({}, "--at");
  refused({"--at", In(kSoon), "--when-opens"}, "--at");
  refused({"--at", "yesterday"}, "--at");
  refused({"--at", "2020-01-01 10:00"}, "--at");
  refused({"--when-opens"}, "--when-opens");
  refused({"--if-missed"}, "--if-missed");
  refused({"--at", In(kSoon), "--opening", "2"}, "--opening");
  CHECK(couple.client.Do({"ahead", "list"}).at("notes").empty());
}

}  // namespace
}  // namespace holdfast::test
