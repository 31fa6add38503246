// What an earlier version left at a practice and on two devices is opened by this one
// (tests/fixtures/README.md).
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "support/catch.h"
#include "support/person.h"
#include "support/practice_process.h"

namespace holdfast::test {
namespace {

namespace fs = std::filesystem;

// Stands in the vaults; made for this practice alone.
const std::string kAddress = "127.98.1.0:7443";
// Held by whoever serves there, because two practices could share the other port.
constexpr std::uint32_t kHost = 0x7f620100;
constexpr std::uint16_t kTurnPort = 7442;
constexpr std::chrono::minutes kTurnMax{5};

// One test at a time on this machine, however many trees are tested on it.
class Turn {
 public:
  Turn() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(kTurnPort);
    address.sin_addr.s_addr = htonl(kHost);
    const auto taken = [&] {
      return bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    };
    if (!Eventually(taken, kTurnMax)) throw std::runtime_error("another test holds " + kAddress);
  }
  ~Turn() { close(socket_); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  int socket_;
};

fs::path Unpacked(const std::string& version, const std::string& part, const fs::path& into) {
  fs::create_directories(into);
  fs::permissions(into, fs::perms::owner_all);
  const fs::path archive = fs::path(HOLDFAST_FIXTURES) / version / (part + ".tar.gz");
  const Outcome tar = Run(
      {"/bin/tar", {"-xzpf", archive.string(), "-C", into.string(), "--no-same-owner"}, {}, {}});
  if (tar.exit_code != 0) throw std::runtime_error("tar: " + Describe(tar));
  return into;
}

// A version's practice and its two people, as that version stopped.
struct Left {
  explicit Left(const std::string& version)
      : practice(PracticeProcess::Existing(Unpacked(version, "practice", files / "practice"))),
        therapist(Unpacked(version, "therapist", files / "therapist")),
        client(Unpacked(version, "client", files / "client")) {}

  const Turn turn;
  const TempDir files;
  PracticeProcess practice;
  Person therapist;
  Person client;
};

// What it says to be wrong may be true: after years away, keys were not renewed.
void Sync(Person& person) {
  const Outcome sync = person.Try({"sync"});
  INFO(Describe(sync));
  REQUIRE((sync.exit_code == kExitOk || sync.exit_code == kExitIntegrity));
  for (const Complaint& complaint : ComplaintsIn(sync)) {
    CHECK(complaint.words.find("has not renewed its keys") != std::string::npos);
  }
}

bool ComplainsOfRestored(const Outcome& outcome) {
  const std::vector<Complaint> complaints = ComplaintsIn(outcome);
  return std::ranges::any_of(complaints, [](const Complaint& complaint) {
    return complaint.reason == "practice_restored" &&
           complaint.words.find("restored an older copy of its store") != std::string::npos;
  });
}

void CheckAllIsGood(Person& person) {
  const Outcome doctor = person.Try({"doctor"});
  INFO(Describe(doctor));
  CHECK(doctor.exit_code == kExitOk);
}

TEST_CASE("devices and a practice that 0.1.0 left go on where they stopped", "[earlier_formats]") {
  Left left("0.1.0");

  // Before anything is exchanged, devices show what they hold: the alarm that was kept,
  // until it has been shown; messages in order; the one that was never sent.
  const Outcome first = left.therapist.Try({"status"});
  INFO(Describe(first));
  CHECK(first.exit_code == kExitIntegrity);
  CHECK(ComplainsOfRestored(first));
  CHECK_FALSE(ComplainsOfRestored(left.therapist.Try({"status"})));
  const Json offline = left.client.Inbox();
  CHECK(TextsFrom(offline, "me") == std::vector<std::string>{"How the week was", "Never sent"});
  CHECK(TextsFrom(offline, "therapist") ==
        std::vector<std::string>{"Thank you for writing", "Written after the backup"});
  CHECK(MessageWith(offline, "How the week was").at("state") == "answered");
  CHECK(MessageWith(offline, "Never sent").at("state") == "queued");

  left.practice.StartAt(kAddress);
  left.practice.ConfirmClock();  // it was off for longer than it believes by itself
  Sync(left.client);
  Sync(left.therapist);
  Sync(left.client);
  const Json never_sent = MessageWith(left.therapist.Inbox(), "Never sent");
  CHECK(MessageWith(left.client.Inbox(), "Never sent").at("state") == "reply-due");
  left.therapist.Reply(never_sent.at("id"), "It came");
  Sync(left.client);
  CHECK(MessageWith(left.client.Inbox(), "Never sent").at("state") == "answered");
  CHECK_NOTHROW(MessageWith(left.client.Inbox(), "It came"));

  // What was decided, marked and written ahead stands.
  for (Person* person : {&left.therapist, &left.client}) {
    const Json standing = person->Standing();
    CHECK(standing.at("rhythm").at("rule") == "FREQ=WEEKLY;BYDAY=MO");
    CHECK(standing.at("availability").at("zone") == "Europe/Zurich");
    const Json marks = person->Do({"inbox", "--all", "--offline"}).at("ruptures");
    REQUIRE(marks.size() == 1);
    CHECK(marks.at(0).at("text") == "It felt short");
  }
  const Json ahead = left.therapist.Do({"ahead", "list"}).at("notes");
  REQUIRE(ahead.size() == 1);
  CHECK(ahead.at(0).at("text") == "If I am late");

  const Json record = left.therapist.Do({"ledger", "verify"});
  CHECK(record.at("entries") >= 8);
  CHECK(record == left.client.Do({"ledger", "verify"}));
  CheckAllIsGood(left.therapist);
  CheckAllIsGood(left.client);
  CHECK(left.practice.Stop().exit_code == 0);
}

TEST_CASE("a vault that 0.1.0 left takes another passphrase", "[earlier_formats]") {
  Left left("0.1.0");
  const Json before = left.client.Inbox();
  left.client.Do({"passphrase", "--new-passphrase-file", "-"}, "one for this version");
  CHECK(ReasonIn(left.client.Try({"inbox", "--offline"})) == "wrong_passphrase");
  left.client.set_passphrase("one for this version");
  CHECK(left.client.Inbox() == before);
}

}  // namespace
}  // namespace holdfast::test
