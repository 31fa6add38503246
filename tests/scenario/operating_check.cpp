// `holdfastd check` beside a real practice: while it serves, while it does not, and with
// things broken in it.
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "support/catch.h"
#include "support/couple.h"
#include "support/damaged_body.h"
#include "support/wire_device.h"

namespace holdfast::test {
namespace {

namespace fs = std::filesystem;

// One line by its name; empty where there is none.
std::string LineNamed(const Outcome& outcome, const std::string& name) {
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string severity, word;
    if (words >> severity >> word && word == name) return line;
  }
  return "";
}

struct Checked {
  Couple couple;
  std::string data = couple.practice.data().string();

  Outcome Check(std::vector<std::string> flags = {}) const {
    std::vector<std::string> words = {"check", "--data", data};
    words.insert(words.end(), flags.begin(), flags.end());
    const auto begin = std::chrono::steady_clock::now();
    Outcome outcome = Run({HOLDFASTD, words, {}, {}}, std::chrono::seconds(60));
    if (flags.empty()) CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
    return outcome;
  }
  // That line is of this severity, and tells of that.
  void CheckSays(const std::string& name, const std::string& severity, const std::string& words,
                 std::vector<std::string> flags = {}) const {
    const Outcome outcome = Check(std::move(flags));
    INFO(Describe(outcome));
    const std::string line = LineNamed(outcome, name);
    CHECK(line.starts_with(severity));
    CHECK(line.find(words) != std::string::npos);
    if (severity == "wrong") CHECK(outcome.exit_code == 4);
  }
  void Backup() const {
    const Outcome made =
        Run({HOLDFASTD, {"backup", (couple.files() / "backups").string(), "--data", data}, {}, {}});
    INFO(Describe(made));
    REQUIRE(made.exit_code == 0);
  }
};

TEST_CASE("a practice that is well is said to be, served or not", "[check]") {
  Checked practice;
  practice.couple.client.CheckIn("one");
  practice.Backup();
  for (const char* name :
       {"settings", "permissions", "disk", "ballast", "certificate", "endorsement", "descriptors",
        "port", "name", "backup", "store", "timers", "promises", "versions"}) {
    practice.CheckSays(name, "good", "");
  }
  practice.CheckSays("store", "good", "1 message was read");
  practice.CheckSays("rows", "good", "1 envelopes", {"--deep"});
  CHECK(practice.couple.practice.running());
  REQUIRE(practice.couple.practice.Stop().exit_code == 0);
  practice.CheckSays("store", "good", "1 message was read");
  practice.CheckSays("port", "wrong", "nobody serves");
  // Looking changed nothing: it is served as it was left.
  practice.couple.practice.Start();
  CHECK(practice.couple.client.TryPlain({"sync"}).exit_code == kExitOk);
}

TEST_CASE("what is broken in a practice that serves is named", "[check]") {
  Checked practice;
  practice.CheckSays("backup", "wrong", "there is none");
  practice.Backup();
  fs::rename(practice.couple.files() / "backups", practice.couple.files() / "unmounted");
  practice.CheckSays("backup", "wrong", "is its disk mounted?");
  practice.couple.practice.Configure("name", "\"practice.invalid\"");
  practice.CheckSays("name", "wrong", "practice.invalid");
  fs::remove(fs::path(practice.data) / "ballast");
  practice.CheckSays("versions", "good", "RocksDB");
  practice.couple.practice.Configure("log_level", "\"loud\"");
  practice.CheckSays("settings", "wrong", "log_level");
  // Another TLS key lies there, and was not taken.
  TempDir other;
  const PracticeProcess made(other / "practice");
  for (const char* file : {"tls.key", "tls.crt"}) {
    WriteFile(fs::path(practice.data) / file, ReadFile(other / "practice" / file));
  }
  practice.CheckSays("endorsement", "wrong", "SIGHUP");
  WriteFile(fs::path(practice.data) / "tls.crt", "no certificate");
  practice.CheckSays("certificate", "wrong", "from a backup");
  fs::permissions(fs::path(practice.data) / "practice.key", fs::perms(0644));
  practice.CheckSays("directory", "wrong", "chmod 600");
}

TEST_CASE("a practice that nobody serves is read deep without being opened for good", "[check]") {
  Checked practice;
  practice.couple.client.CheckIn("one");
  const std::string folder = (practice.couple.files() / "backups").string();
  const Outcome made =
      Run({HOLDFASTD, {"backup", folder, "--data", practice.data, "--with-keys"}, {}, {}});
  REQUIRE(made.exit_code == 0);
  REQUIRE(practice.couple.practice.Stop().exit_code == 0);
  practice.CheckSays("rows", "good", "1 envelopes", {"--deep"});
  const fs::path data = practice.couple.files() / "restored";
  practice.data = data.string();
  const Outcome restored = Run({HOLDFASTD, {"restore", folder, "--data", practice.data}, {}, {}});
  INFO(Describe(restored));
  REQUIRE(restored.exit_code == 0);
  const auto files_of = [&] {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(data)) {
      if (entry.is_regular_file()) files[entry.path().string()] = ReadFile(entry.path());
    }
    return files;
  };
  const auto before = files_of();
  practice.CheckSays("rows", "good", "1 envelopes", {"--deep"});
  CHECK(fs::exists(data / "restored"));
  CHECK(files_of() == before);
  // What a start would refuse is not read as if it were whole.
  fs::rename(data / "db", practice.couple.files() / "db");
  practice.CheckSays("rows", "wrong", "--new-store", {"--deep"});
}

TEST_CASE("a user's practice that root started is looked at by root's hand as by that user's",
          "[check]") {
  if (::geteuid() != 0) {
    WARN("skipped: root's hand needs root");
    return;
  }
  const TempDir files;
  fs::permissions(files.path(), fs::perms(0755));
  PracticeProcess practice(files / "practice");
  const auto give_away = [](const fs::path& path) {
    REQUIRE(::chown(path.c_str(), 12345, 12345) == 0);
  };
  give_away(practice.data());
  for (const auto& file : fs::recursive_directory_iterator(practice.data())) {
    give_away(file.path());
  }
  practice.Start();
  const Outcome checked =
      Run({HOLDFASTD, {"check", "--data", practice.data().string(), "--deep"}, {}, {}});
  INFO(Describe(checked));
  for (const char* name : {"permissions", "descriptors", "port", "store", "rows"}) {
    CHECK(LineNamed(checked, name).starts_with("good"));
  }
  CHECK(LineNamed(checked, "descriptors").find(" 0 of") == std::string::npos);
}

TEST_CASE("a practice that hangs is said to, in time", "[check]") {
  Checked practice;
  ::kill(practice.couple.practice.pid(), SIGSTOP);
  practice.CheckSays("store", "wrong", "try again");
  ::kill(practice.couple.practice.pid(), SIGCONT);
}

TEST_CASE("damaged bodies are named with whose they are, and deep reads them all", "[check]") {
  Checked practice;
  practice.couple.client.CheckIn("to be damaged");
  practice.Backup();  // and it lies in a file of its own
  REQUIRE(practice.couple.practice.Stop().exit_code == 0);
  DamageBodies(fs::path(practice.data) / "db");
  practice.couple.practice.Start();
  practice.CheckSays("store", "wrong", "envelope 1: its body cannot be read");
  practice.CheckSays("row", "wrong", "brings it back", {"--deep"});
  practice.CheckSays("row", "wrong", "bond ", {"--deep"});
  // And its device does: once it is told.
  REQUIRE(practice.couple.practice.Stop().exit_code == 0);
  practice.couple.practice.StartWith({"--restored"});
  for (int round = 0; round < 3; ++round) {
    practice.couple.client.TryPlain({"sync"});
    practice.couple.therapist.TryPlain({"sync"});
  }
  practice.CheckSays("rows", "good", "all were read", {"--deep"});
  practice.CheckSays("file", "attention", "check the disk", {"--deep"});  // it still lies there
  CHECK_NOTHROW(MessageWith(practice.couple.therapist.Inbox(), "to be damaged"));
}

TEST_CASE("a damaged block of small rows is named by its table or its bonds, and the rest is read",
          "[check]") {
  const TempDir files;
  PracticeProcess practice(files / "practice");
  practice.Start();
  WireDevice therapist;
  REQUIRE(therapist.Enroll(practice.EnrolmentCode()).ok());
  constexpr int kClients = 60;
  for (int i = 0; i < kClients; ++i) {
    WireDevice client;
    REQUIRE(client.Join(therapist.Invite()).ok());
    v1::SendResponse response;
    REQUIRE(client.Send(client.Message(client.bond(), therapist.id()), response).ok());
  }
  const std::vector<std::string> deep = {"check", "--data", practice.data().string(), "--deep"};
  // Which puts all rows into one file.
  const Outcome whole = Run({HOLDFASTD, deep, {}, {}});
  INFO(Describe(whole));
  CHECK(LineNamed(whole, "rows").find("60 envelopes") != std::string::npos);
  REQUIRE(practice.Stop().exit_code == 0);
  int refused = 0;
  for (int part = 1; part < 8; ++part) {
    const TempDir copies;
    PracticeProcess copy = PracticeProcess::Existing(copies / "practice");
    practice.SaveTo(copy.data());
    for (const auto& entry : fs::directory_iterator(copy.data() / "db")) {
      if (entry.path().extension() != ".sst" || fs::file_size(entry.path()) < 20'000) continue;
      std::string bytes = ReadFile(entry.path());
      const std::size_t at = bytes.size() * static_cast<std::size_t>(part) / 8;
      bytes[at] = static_cast<char>(bytes[at] ^ 1);
      WriteFile(entry.path(), bytes);
    }
    try {
      copy.Start();
    } catch (const std::exception&) {
      ++refused;  // the row that says whose store it is was there
      continue;
    }
    const Outcome found =
        Run({HOLDFASTD, {"check", "--data", copy.data().string(), "--deep"}, {}, {}});
    INFO(Describe(found));
    CHECK(found.exit_code == 4);
    CHECK(LineNamed(found, "row").starts_with("wrong"));
    CHECK(copy.running());
  }
  CHECK(refused < 3);
}

TEST_CASE("a store that is missing, older, or half restored is refused in the words of a start",
          "[check]") {
  Checked practice;
  practice.couple.client.CheckIn("one");
  REQUIRE(practice.couple.practice.Stop().exit_code == 0);
  const fs::path data = practice.data;
  fs::rename(data / "db", practice.couple.files() / "db");
  practice.CheckSays("store", "wrong", "--new-store");
  fs::rename(practice.couple.files() / "db", data / "db");
  WriteFile(data / "restoring", "x");
  practice.CheckSays("directory", "wrong", "was interrupted");
  CHECK(LineNamed(practice.Check({"--deep"}), "rows").empty());
  fs::remove(data / "restoring");
  practice.CheckSays("store", "good", "read");
}

}  // namespace
}  // namespace holdfast::test
