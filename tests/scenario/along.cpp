// What people find again, and take along: of a long history too, and whatever the other side
// wrote.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "support/catch.h"
#include "support/couple.h"
#include "support/long_history.h"

namespace holdfast::test {
namespace {

constexpr std::size_t kLongHistory = 10'000;
// Sanitizers make everything slower, and larger.
#if defined(__has_feature)  // clang's
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kIsMeasured = false;
#else
constexpr bool kIsMeasured = true;
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsMeasured = false;
#else
constexpr bool kIsMeasured = true;
#endif

struct Measured {
  int exit_code = -1;
  double seconds = 0;
  double mebibytes = 0;  // of memory, at most
};

// Run by itself, what it says left out.
Measured Measure(const Person& person, std::vector<std::string> arguments) {
  const Command command{HOLDFAST,
                        std::move(arguments),
                        {{"HOLDFAST_HOME", person.home().string()},
                         {"HOLDFAST_PASSPHRASE", "correct horse battery staple"}},
                        ""};
  const Image image(command);
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const int nowhere = open("/dev/null", O_RDWR);
    for (const int fd : {0, 1, 2}) dup2(nowhere, fd);
    image.Become();
  }
  int status = 0;
  rusage used = {};
  REQUIRE(wait4(child, &status, 0, &used) == child);
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, passed.count(),
          static_cast<double>(used.ru_maxrss) / 1024};
}

std::string Said(const Measured& measured) {
  std::ostringstream said;
  said << measured.seconds << " s, " << measured.mebibytes << " MiB";
  return said.str();
}

const std::string kHostile =
    "look \x1b]0;owned\x07 \xc2\x9b"
    "31m \xe2\x80\xae override <script>x</script>";
const std::string kOtherScripts = "שלום לך 👩‍👧 и мир";

void CheckSteersNothing(const std::string& text) {
  for (const std::string bad : {"\x1b", "\x07", "\xc2\x9b", "\xe2\x80\xae"}) {
    CHECK(text.find(bad) == std::string::npos);
  }
}

// A couple that has written to each other.
struct Writing : Couple {
  Writing() {
    client.CheckIn("The week was long, and the Lighthouse helped.");
    therapist.Sync();
    const std::string id = therapist.Inbox().at(0).at("id");
    therapist.Reply(id, kOtherScripts);
    client.Sync();
    AddReceived(client.home() / "default" / "vault", "correct horse battery staple", kHostile);
  }
};

}  // namespace

TEST_CASE("people find again what was written, and what they keep", "[along]") {
  Writing couple;
  Person& client = couple.client;
  const Json found = client.Do({"search", "LIGHTHOUSE  helped"}).at("matches");
  REQUIRE(found.size() == 1);
  const std::string id = found.at(0).at("message").at("id");
  CHECK(client.Do({"search", "lighthouse", "--since", "yesterday"}).at("matches").size() == 1);
  CHECK(client.Do({"search", "МИР"}).at("matches").size() == 1);
  CHECK(client.Do({"search"}, "no such words").at("matches").empty());
  // Nothing of it counts as opened.
  CHECK(client.Inbox().at(1).at("unread") == true);

  const Json thread = client.Do({"show", id, "--thread"});
  REQUIRE(thread.at("messages").size() == 2);
  CHECK(thread.at("messages").at(1).at("text") == kOtherScripts);
  CHECK(thread.at("opened") == 1);
  CHECK(client.Inbox().at(1).at("unread") == false);

  const std::string reply = thread.at("messages").at(1).at("id");
  client.Do({"keep", reply});
  CHECK(client.Do({"keep", "--list"}).at("messages").at(0).at("text") == kOtherScripts);
  CHECK(client.TryPlain({"inbox", "--offline"}).out.find("you keep it") != std::string::npos);
  client.Do({"unkeep", reply});
  CHECK(client.Do({"keep"}).at("messages").empty());
  CHECK(couple.therapist.Do({"keep"}).at("messages").empty());
}

TEST_CASE("nothing that the other side wrote steers a terminal or a reader", "[along]") {
  Writing couple;
  Person& client = couple.client;
  const std::string id = MessageWith(client.Inbox(), kHostile).at("id");
  client.Do({"keep", id});
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"search", "look"},
           {"show", id, "--thread"},
           {"keep", "--list"},
           {"export", "--output", "-", "--offline", "--format", "json"},
           {"export", "--output", "-", "--offline", "--format", "markdown"},
           {"export", "--output", "-", "--offline", "--format", "html"},
           {"export", "--output", "-", "--offline", "--format", "fhir"}}) {
    const Outcome outcome = client.TryPlain(command);
    INFO(command.front() << " " << command.back() << ": " << outcome.out << outcome.err);
    CHECK(outcome.exit_code == 0);
    CHECK(outcome.out.find("override") != std::string::npos);
    CheckSteersNothing(outcome.out);
    CheckSteersNothing(outcome.err);
    if (command.back() == "html") CHECK(outcome.out.find("<script") == std::string::npos);
    if (command.back() == "markdown" || command.back() == "html") {
      CHECK(outcome.out.find(kOtherScripts) != std::string::npos);
    }
  }
}

TEST_CASE("what is taken along is its owner's, whole, and never half a file", "[along]") {
  Writing couple;
  Person& client = couple.client;
  const std::string file = (couple.files() / "history.json").string();
  const Json said = client.Do({"export", "--output", file});
  CHECK(said.at("messages") == 3);
  CHECK(said.at("format") == "json");
  struct stat there = {};
  REQUIRE(stat(file.c_str(), &there) == 0);
  CHECK((there.st_mode & 0777) == 0600);
  CHECK(said.at("bytes") == there.st_size);
  const Json history = Json::parse(ReadFile(file));
  CHECK(history.at("count") == 3);
  CHECK(MessageWith(history.at("messages"), kOtherScripts).at("from") == "therapist");
  CHECK(MessageWith(history.at("messages"), kHostile).at("from") == "therapist");
  CHECK(Json::parse(client.TryPlain({"export", "--output", "-"}).out).at("messages") ==
        history.at("messages"));

  // Of a range; what was put into the vault is of another year.
  CHECK(client.Do({"export", "--output", file, "--until", "yesterday"}).at("messages") == 1);
  CHECK(MessageWith(Json::parse(ReadFile(file)).at("messages"), kHostile).at("kept_at").is_null());
  CHECK(client.Do({"export", "--output", file, "--since", "today"}).at("messages") == 2);
  const Outcome nowhere = client.Try({"export", "--output", "/dev/full", "--offline"});
  CHECK(ReasonIn(nowhere) == "storage_failed");
  for (const std::string format : {"markdown", "html", "fhir"}) {
    const std::string other = (couple.files() / format).string();
    CHECK(client.Do({"export", "--output", other, "--format", format}).at("messages") == 3);
    CHECK_FALSE(ReadFile(other).empty());
  }
  CHECK(Json::parse(ReadFile(couple.files() / "fhir")).at("entry").size() == 7);
}

TEST_CASE("an export that is stopped leaves nothing of it behind", "[along]") {
  Couple couple;
  couple.practice.Stop();
  AddLongHistory(couple.client.home() / "default" / "vault", "correct horse battery staple",
                 kLongHistory);
  const std::filesystem::path folder = couple.files() / "out";
  std::filesystem::create_directory(folder);
  const auto files = [&] {
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder)) count += file.exists();
    return count;
  };
  const auto exporting =
      couple.client.Start({"export", "--offline", "--output", (folder / "history.html").string()});
  CHECK(Eventually([&] { return files() > 0; }, kWaitMax));
  exporting->Signal(SIGTERM);
  const auto outcome = exporting->Wait();
  REQUIRE(outcome.has_value());
  INFO(Describe(*outcome));
  CHECK(outcome->signal == SIGTERM);
  CHECK(files() == 0);
}

TEST_CASE("a therapist's and a client's calendar hold the same times, under a neutral name",
          "[along]") {
  Couple couple;
  const Outcome none = couple.client.Try({"calendar", "--output", "-"});
  CHECK(ReasonIn(none) == "usage");
  couple.therapist.Do(
      {"rhythm", "propose", "--weekly", "mon,thu", "--at", "18:00", "--zone", "Europe/Zurich"});
  couple.client.Sync();
  couple.client.Do({"rhythm"});
  couple.client.Do({"rhythm", "accept"});
  couple.therapist.Sync();
  const std::string file = (couple.files() / "rhythm.ics").string();
  const Json said = couple.client.Do({"calendar", "--output", file, "--before", "1h"});
  CHECK(said.at("series").size() == 1);
  CHECK(said.at("series").at(0).at("one_by_one") == false);
  struct stat there = {};
  REQUIRE(stat(file.c_str(), &there) == 0);
  CHECK((there.st_mode & 0777) == 0600);
  const std::string text = ReadFile(file);
  CHECK(text.find("RRULE:FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=") != std::string::npos);
  CHECK(text.find("TRIGGER:-PT60M") != std::string::npos);
  const std::string theirs =
      couple.therapist.TryPlain({"calendar", "--offline", "--before", "1h"}).out;
  const auto without_stamp = [](const std::string& ics) {
    const std::size_t at = ics.find("DTSTAMP");
    return ics.substr(0, at) + ics.substr(ics.find('\n', at));
  };
  CHECK(without_stamp(theirs) == without_stamp(text));
}

TEST_CASE("a long history is searched and taken along in little memory", "[along]") {
  Couple couple;
  couple.client.CheckIn("the first");
  couple.practice.Stop();
  AddLongHistory(couple.client.home() / "default" / "vault", "correct horse battery staple",
                 kLongHistory);
  CHECK(couple.client.Do({"search", "Lighthouse"}).at("matches").size() == kLongHistory / 1000);
  const Measured idle = Measure(couple.client, {"drafts"});
  const Measured search = Measure(couple.client, {"search", "lighthouse"});
  CHECK(search.exit_code == 0);
  std::ostringstream figures;
  figures << "drafts " << Said(idle) << "; search " << Said(search);
  for (const std::string format : {"json", "markdown", "html", "fhir"}) {
    const std::string file = (couple.files() / ("history." + format)).string();
    const Measured one =
        Measure(couple.client, {"export", "--offline", "--format", format, "--output", file});
    CHECK(one.exit_code == 0);
    figures << "; " << format << " " << Said(one) << ", " << std::filesystem::file_size(file) / 1024
            << " KiB";
    INFO(figures.str());
    if (kIsMeasured) CHECK(one.mebibytes < 64);
  }
  Person later(couple.files() / "later");
  const Measured imported = Measure(later, {"import", (couple.files() / "history.json").string()});
  CHECK(imported.exit_code == 0);
  figures << "; import " << Said(imported);
  if (kIsMeasured) CHECK(imported.mebibytes < 300);  // Argon2id's 256 for a new vault, and little more
  CHECK(later.Do({"search", "lighthouse"}).at("matches").size() == kLongHistory / 1000);
  WARN(figures.str());  // times are for people to read: they depend on the day
  const Json history = Json::parse(ReadFile(couple.files() / "history.json"));
  CHECK(history.at("count") == kLongHistory + 1);
  // In the bond's order, and each once.
  std::size_t expected = 0;
  for (const Json& message : history.at("messages")) {
    const std::string text = message.at("text");
    if (text.starts_with("message ")) {
      CHECK(text.starts_with("message " + std::to_string(expected) + "."));
      ++expected;
    }
  }
  CHECK(expected == kLongHistory);
}

}  // namespace holdfast::test
