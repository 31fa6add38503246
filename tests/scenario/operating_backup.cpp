// A practice is backed up while it serves, lost, and restored: what was acknowledged before
// the backup is in it, the devices bring back the rest, and everybody is told.
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "rules/header.h"
#include "support/catch.h"
#include "support/couple.h"
#include "support/damaged_body.h"
#include "support/wire_device.h"

namespace holdfast::test {
namespace {

namespace fs = std::filesystem;

Outcome Holdfastd(std::vector<std::string> arguments) {
  return Run({HOLDFASTD, std::move(arguments), {}, {}}, std::chrono::seconds(60));
}

// Must succeed.
std::string Done(const std::vector<std::string>& arguments) {
  const Outcome outcome = Holdfastd(arguments);
  INFO(Describe(outcome));
  REQUIRE(outcome.exit_code == 0);
  return outcome.out;
}

bool Says(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

std::vector<fs::path> FilesWith(const fs::path& folder, const std::string& end) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == end) found.push_back(entry.path());
  }
  return found;
}

void DamageMiddle(const fs::path& file) {
  std::string bytes = ReadFile(file);
  REQUIRE(bytes.size() > 200);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

std::map<std::string, std::string> TreeOf(const fs::path& folder) {
  std::map<std::string, std::string> tree;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) tree[entry.path().string()] = ReadFile(entry.path());
  }
  return tree;
}

// What people do anyway, until nothing is left to heal. Whether each was told.
void SyncInRounds(const std::vector<Person*>& people) {
  std::map<Person*, bool> told;
  for (int round = 0; round < 4; ++round) {
    for (Person* person : people) {
      const Outcome sync = person->TryPlain({"sync"});
      UNSCOPED_INFO(Describe(sync));
      CHECK((sync.exit_code == kExitOk || sync.exit_code == kExitIntegrity));
      told[person] = told[person] || Says(sync.out + sync.err, "restore");
    }
  }
  for (const auto& [person, was_told] : told) CHECK(was_told);
}

TEST_CASE("after the practice is lost and its backup restored, the devices bring back the rest",
          "[backup]") {
  Couple couple;
  const std::string data = couple.practice.data().string();
  const std::string folder = (couple.files() / "backups").string();
  couple.therapist.Do(
      {"availability", "set", "--hours", "mon-sun 0:00-24:00", "--reply-within", "8h"});
  couple.client.Sync();
  couple.client.CheckIn("before the backup");
  couple.therapist.Sync();
  Done({"backup", "key", (couple.files() / "op").string()});
  Done({"backup", folder, "--data", data, "--to-key", (couple.files() / "op.pub").string()});
  couple.client.CheckIn("after it, and read");
  couple.therapist.Sync();
  couple.client.CheckIn("after it, and not yet read");
  couple.practice.Kill();
  fs::remove_all(data);

  Done({"restore", folder, "--data", data, "--key", (couple.files() / "op").string()});
  couple.practice.Start();  // without a flag
  SyncInRounds({&couple.client, &couple.therapist});
  const Json inbox = couple.therapist.Inbox();
  for (const char* text :
       {"before the backup", "after it, and read", "after it, and not yet read"}) {
    CHECK_NOTHROW(MessageWith(inbox, text));
  }
  CHECK(TextsFrom(inbox, "client").size() == 3);
  const std::string id = MessageWith(inbox, "after it, and not yet read").at("id");
  couple.therapist.Reply(id, "here");
  REQUIRE(couple.client.Try({"sync"}).exit_code == kExitOk);
  CHECK_NOTHROW(MessageWith(couple.client.Inbox(), "here"));
  for (Person* person : {&couple.client, &couple.therapist}) {
    CHECK(person->Try({"ledger", "verify"}).exit_code == kExitOk);
  }
  // A start more is no other life: nobody is told again.
  REQUIRE(couple.practice.Stop().exit_code == 0);
  couple.practice.Start();
  const Outcome sync = couple.client.TryPlain({"sync"});
  CHECK(sync.exit_code == kExitOk);
  CHECK_FALSE(Says(sync.out + sync.err, "restore"));
  CHECK(Says(Done({"backup", "verify", (couple.files() / "backups").string(), "--key",
                   (couple.files() / "op").string()}),
             "whole"));
}

struct Sender {
  WireDevice device;
  std::atomic<std::size_t> acknowledged = 0;
  std::vector<EnvelopeId> stored;  // of its own thread until that has ended
};

void SendUntil(const std::atomic<bool>& stop, const DeviceId& reader, Sender& sender) {
  while (!stop) {
    const v1::SendRequest request = sender.device.Message(sender.device.bond(), reader, 2000);
    v1::SendResponse response;
    const grpc::Status status = sender.device.Send(request, response);
    if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) continue;
    if (!status.ok()) return;
    sender.stored.push_back(DecodeHeader(request.header())->envelope);
    ++sender.acknowledged;
  }
}

TEST_CASE("a backup under load holds all that was acknowledged before it was begun", "[backup]") {
  const TempDir files;
  PracticeProcess practice(files / "practice");
  practice.Configure("envelopes_per_day", "1000000");
  practice.Configure("mib_per_day", "1000000");
  practice.Start();
  WireDevice therapist;
  REQUIRE(therapist.Enroll(practice.EnrolmentCode()).ok());
  std::vector<std::unique_ptr<Sender>> senders;
  for (int i = 0; i < 4; ++i) {
    senders.push_back(std::make_unique<Sender>());
    REQUIRE(senders.back()->device.Join(therapist.Invite()).ok());
  }
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  threads.reserve(senders.size());
  for (const auto& sender : senders) {
    threads.emplace_back([&] { SendUntil(stop, therapist.id(), *sender); });
  }
  const std::string folder = (files / "backups").string();
  std::vector<std::size_t> before;
  for (int i = 0; i < 4; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    before.clear();
    for (const auto& sender : senders) before.push_back(sender->acknowledged);
    Done({"backup", folder, "--data", practice.data().string(), "--with-keys", "--keep", "2"});
    CHECK(Says(Done({"backup", "verify", folder}), "whole"));
  }
  practice.Kill();
  stop = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(std::distance(fs::directory_iterator(folder), {}) == 2);

  // Its devices are gone; what the store has is told by reading it.
  fs::remove_all(practice.data());
  Done({"restore", folder, "--data", practice.data().string()});
  practice.Start();
  REQUIRE(Eventually([&] { return therapist.LogIn().ok(); }));
  v1::Cursor cursor;
  std::vector<v1::Entry> entries;
  REQUIRE(therapist.Read(cursor, true, entries).ok());
  std::set<EnvelopeId> delivered;
  for (const v1::Entry& entry : entries) {
    if (entry.has_delivery()) {
      CHECK(delivered.insert(DecodeHeader(entry.delivery().header())->envelope).second);
    }
  }
  std::size_t held = 0;
  for (std::size_t i = 0; i < senders.size(); ++i) {
    REQUIRE(senders[i]->stored.size() >= before[i]);
    for (std::size_t at = 0; at < before[i]; ++at) held += delivered.count(senders[i]->stored[at]);
  }
  std::size_t acknowledged = 0;
  for (const std::size_t count : before) acknowledged += count;
  CHECK(acknowledged > 100);
  CHECK(held == acknowledged);
}

TEST_CASE("while the practice is killed again and again, every backup that is there is whole",
          "[backup]") {
  Couple couple;
  couple.client.CheckIn("kept");
  const fs::path folder = couple.files() / "backups";
  const std::string data = couple.practice.data().string();
  const fs::path enough = couple.files() / "enough";
  // In a shell of its own, whatever becomes of each.
  Process backups({"/bin/sh",
                   {"-c", "while [ ! -e " + enough.string() + " ]; do " + HOLDFASTD + " backup " +
                              folder.string() + " --data " + data +
                              " --with-keys --keep 20 >/dev/null 2>&1; done"},
                   {},
                   {}});
  for (int kill = 0; kill < 20; ++kill) {
    std::this_thread::sleep_for(std::chrono::milliseconds(37 * (kill % 5)));
    couple.practice.Kill();
    couple.practice.Start();  // also where a backup has the store open just now
  }
  WriteFile(enough, "");
  REQUIRE(backups.Wait());  // with the one that was under way, which may remove older ones
  CHECK_FALSE(fs::exists(data + "/checkpoint"));
  std::size_t whole = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".partial") continue;
    CHECK(Says(Done({"backup", "verify", entry.path().string()}), "whole"));
    ++whole;
  }
  CHECK(whole >= 5);
  couple.therapist.Sync();
  CHECK_NOTHROW(MessageWith(couple.therapist.Inbox(), "kept"));
}

TEST_CASE("a body that was damaged before the backup is found in it, and whose it is", "[backup]") {
  Couple couple;
  couple.client.CheckIn("to be damaged");
  const std::string data = couple.practice.data().string();
  const std::string folder = (couple.files() / "backups").string();
  Done({"backup", folder, "--data", data});  // and it lies in a file of its own
  REQUIRE(couple.practice.Stop().exit_code == 0);
  DamageBodies(couple.practice.data() / "db");
  // Nothing of RocksDB's sees it: the start, the copy and its files are sound.
  couple.practice.Start();
  Done({"backup", folder, "--data", data});
  const Outcome verified = Holdfastd({"backup", "verify", folder});
  INFO(Describe(verified));
  CHECK(verified.exit_code == 1);
  CHECK(Says(verified.out, "envelope 1: its body cannot be read"));
  CHECK(Says(verified.out, "bond "));
  CHECK(Says(verified.out, "brings it back"));
  CHECK_FALSE(Says(verified.out, "not as it was written"));
}

TEST_CASE("a restore that is killed is never served, and goes through when it is repeated",
          "[backup]") {
  Couple couple;
  couple.client.CheckIn("kept");
  couple.therapist.Sync();
  const fs::path folder = couple.files() / "backups";
  const std::string data = couple.practice.data().string();
  Done({"backup", folder.string(), "--data", data, "--with-keys"});
  REQUIRE(couple.practice.Stop().exit_code == 0);
  fs::remove_all(data);
  // A pipe that nobody writes to holds it up in the middle.
  const fs::path file = FilesWith(folder, "").front() / "holdfast.toml";
  const std::string settings = ReadFile(file);
  fs::remove(file);
  REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
  {
    Process restore({HOLDFASTD, {"restore", folder.string(), "--data", data}, {}, {}});
    REQUIRE(Eventually([&] { return fs::exists(data + "/store"); }));
    CHECK(Says(Describe(couple.practice.TryStart()), "is under way"));
    restore.Kill();
  }
  for (int i = 0; i < 2; ++i) {
    const auto before = TreeOf(data);
    const Outcome refused = couple.practice.TryStart();
    INFO(Describe(refused));
    CHECK(refused.exit_code == 2);
    CHECK(Says(refused.out + refused.err, "was interrupted"));
    CHECK(TreeOf(data) == before);
  }
  fs::remove(file);
  WriteFile(file, settings);
  Done({"restore", folder.string(), "--data", data});
  couple.practice.Start();
  SyncInRounds({&couple.client, &couple.therapist});
  CHECK_NOTHROW(MessageWith(couple.therapist.Inbox(), "kept"));
}

TEST_CASE("a backup that is killed is none, and the practice goes on", "[backup]") {
  Couple couple;
  couple.client.CheckIn("kept");
  const fs::path folder = couple.files() / "backups";
  const std::string data = couple.practice.data().string();
  // A pipe in the place of the settings holds it up behind the store.
  const fs::path settings = couple.practice.data() / "holdfast.toml";
  const std::string text = ReadFile(settings);
  fs::remove(settings);
  REQUIRE(::mkfifo(settings.c_str(), 0600) == 0);
  {
    Process backup({HOLDFASTD, {"backup", folder.string(), "--data", data}, {}, {}});
    REQUIRE(Eventually([&] {
      return fs::exists(folder) && !FilesWith(folder, ".partial").empty() &&
             fs::exists(FilesWith(folder, ".partial").front() / "store");
    }));
    // Another one waits for it.
    CHECK(Says(Holdfastd({"backup", folder.string(), "--data", data}).err, "under way"));
    backup.Kill();
  }
  fs::remove(settings);
  WriteFile(settings, text);
  CHECK(Holdfastd({"backup", "verify", folder.string()}).exit_code == 2);
  couple.client.CheckIn("goes on");
  // What it held of the disk goes with the next start.
  CHECK(fs::exists(couple.practice.data() / "checkpoint"));
  couple.practice.Kill();
  couple.practice.Start();
  CHECK_FALSE(fs::exists(couple.practice.data() / "checkpoint"));
  Done({"backup", folder.string(), "--data", data});
  CHECK(FilesWith(folder, ".partial").empty());
  CHECK(Says(Done({"backup", "verify", folder.string()}), "2 envelopes (2 bodies)"));
}

TEST_CASE(
    "keys that are damaged or another practice's while it serves are not backed up as if whole",
    "[backup]") {
  const TempDir files, elsewhere;
  PracticeProcess practice(files / "practice");
  const PracticeProcess other(elsewhere / "practice");
  practice.Start();
  const std::string data = practice.data().string();
  const std::string folder = (files / "backups").string();
  Done({"backup", "key", (files / "op").string()});
  const auto backup = [&](const char* how) {
    std::vector<std::string> words = {"backup", folder, "--data", data, how};
    if (how == std::string("--to-key")) words.push_back((files / "op.pub").string());
    return Holdfastd(words);
  };
  struct Case {
    const char* file;
    std::string text;
    std::string said;
  };
  for (const Case& bad :
       {Case{"practice.key", "", "practice.key is damaged"},
        Case{"practice.key", ReadFile(other.data() / "practice.key"), "another practice's"},
        Case{"tls.key", "", "do not belong together"},
        Case{"tls.key", ReadFile(other.data() / "tls.key"), "do not belong together"},
        Case{"tls.crt", "no certificate", "do not belong together"}}) {
    const fs::path file = practice.data() / bad.file;
    const std::string text = ReadFile(file);
    WriteFile(file, bad.text);
    for (const char* how : {"--to-key", "--with-keys"}) {
      const Outcome refused = backup(how);
      INFO(bad.file << " " << Describe(refused));
      CHECK(refused.exit_code == 1);
      CHECK(Says(refused.err, bad.said));
    }
    CHECK(fs::is_empty(folder));
    WriteFile(file, text);
  }
  CHECK(backup("--to-key").exit_code == 0);
  CHECK(Says(Done({"backup", "verify", folder, "--key", (files / "op").string()}), "whole"));
}

TEST_CASE("a sealed backup that is opened for a while leaves nothing where that is interrupted",
          "[backup]") {
  const TempDir files;
  PracticeProcess practice(files / "practice");
  practice.Start();
  const std::string folder = (files / "backups").string();
  Done({"backup", "key", (files / "op").string()});
  Done({"backup", folder, "--data", practice.data().string(), "--to-key",
        (files / "op.pub").string()});
  // A pipe that is written to once, and the files are looked at before they are opened.
  const fs::path pipe = FilesWith(folder, "").front() / "holdfast.toml.sealed";
  fs::rename(pipe, files / "settings");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const fs::path scratch = files / "scratch";
  fs::create_directory(scratch);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    Process settings({"/bin/sh",
                      {"-c", "cat " + (files / "settings").string() + " > " + pipe.string()},
                      {},
                      {}});
    Process verify({HOLDFASTD,
                    {"backup", "verify", folder, "--key", (files / "op").string(), "--scratch",
                     scratch.string()},
                    {},
                    {}});
    REQUIRE(Eventually([&] {
      return !fs::is_empty(scratch) &&
             fs::exists(fs::directory_iterator(scratch)->path() / "db" / "CURRENT");
    }));
    verify.Signal(signal);
    const auto outcome = verify.Wait();
    REQUIRE(outcome);
    CHECK(outcome->signal == signal);
    CHECK(fs::is_empty(scratch));
  }
}

// HOLDFASTD is the program under test.
Outcome Drill(std::vector<std::string> arguments) {
  return Run({HOLDFAST_SOURCE_DIR "/deploy/backup-drill",
              std::move(arguments),
              {{"HOLDFASTD", HOLDFASTD}},
              {}},
             std::chrono::seconds(60));
}

TEST_CASE("the drill proves a good backup, names a bad one, and leaves nothing behind",
          "[backup]") {
  Couple couple;
  couple.client.CheckIn("to be found again");
  const std::string data = couple.practice.data().string();
  const std::string folder = (couple.files() / "backups").string();
  const fs::path key = couple.files() / "op";
  fs::create_directory(couple.files() / "scratch");
  const std::string scratch = (couple.files() / "scratch").string();
  Done({"backup", "key", key.string()});
  Done({"backup", folder, "--data", data, "--to-key", key.string() + ".pub"});
  const auto before = TreeOf(folder);
  const Outcome good = Drill({folder, "--key", key.string(), "--scratch", scratch});
  INFO(Describe(good));
  CHECK(good.exit_code == 0);
  CHECK(Says(good.out, "The backup is good"));
  CHECK(Says(good.out, "1 envelopes (1 bodies)"));
  CHECK(Says(Drill({folder, "--scratch", scratch}).err, "--key FILE"));
  CHECK(Drill({}).exit_code == 2);
  CHECK(Drill({folder, "--keys"}).exit_code == 2);
  CHECK(TreeOf(folder) == before);
  CHECK(fs::is_empty(scratch));
  CHECK(couple.practice.running());

  const fs::path backup = FilesWith(folder, "").front();
  DamageMiddle(FilesWith(backup / "db", ".sealed").front());
  const Outcome bad = Drill({folder, "--key", key.string(), "--scratch", scratch});
  INFO(Describe(bad));
  CHECK(bad.exit_code == 1);
  CHECK(Says(bad.err, "is not as it was written"));
  CHECK(fs::is_empty(scratch));
}

TEST_CASE("the unit that backs up every night does what it says", "[backup]") {
  const TempDir files;
  PracticeProcess practice(files / "practice");
  practice.Start();
  const std::string unit = ReadFile(HOLDFAST_SOURCE_DIR "/deploy/holdfastd-backup.service");
  const std::string start = "\nExecStart=/usr/bin/holdfastd ";
  const std::size_t at = unit.find(start);
  REQUIRE(at != std::string::npos);
  std::string words = unit.substr(at + start.size());
  words = words.substr(0, words.find('\n'));
  Done({"backup", "key", (files / "backup").string()});
  const auto put = [&](const std::string& from, const std::string& to) {
    const std::size_t found = words.find(from);
    REQUIRE(found != std::string::npos);
    words.replace(found, from.size(), to);
  };
  put("/var/backups/holdfast", (files / "backups").string());
  put("/var/lib/holdfast", practice.data().string());
  put("/etc/holdfast/backup.pub", (files / "backup.pub").string());
  const Outcome made = Run({"/bin/sh", {"-c", std::string(HOLDFASTD) + " " + words}, {}, {}});
  INFO(Describe(made));
  CHECK(made.exit_code == 0);
  CHECK(Says(made.out, "It is sealed to"));
  // Where systemd is there, it understands both files.
  const Outcome checked =
      Run({"/bin/sh",
           {"-c", "command -v systemd-analyze >/dev/null || exit 42; cp " HOLDFAST_SOURCE_DIR
                  "/deploy/holdfastd-backup.* " +
                      files.path().string() + " && sed -i 's|/usr/bin/holdfastd|/bin/true|' " +
                      files.path().string() + "/*.service && systemd-analyze verify " +
                      files.path().string() + "/holdfastd-backup.timer 2>&1"},
           {},
           {}},
          std::chrono::seconds(60));
  if (checked.exit_code == 42) {
    WARN("skipped: no systemd-analyze");
    return;
  }
  INFO(Describe(checked));
  CHECK(checked.exit_code == 0);
}

TEST_CASE("root's hand makes and restores a user's backups as that user", "[backup]") {
  if (::geteuid() != 0) {
    WARN("skipped: root's hand needs root");
    return;
  }
  constexpr uid_t kSomebody = 12345;
  const TempDir files, keys;
  fs::permissions(files.path(), fs::perms(0755));
  const PracticeProcess made(files / "practice");
  const std::string data = made.data().string();
  const std::string folder = (files / "backups").string();
  const auto whose = [](const fs::path& path) {
    struct stat facts {};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    return facts.st_uid;
  };
  REQUIRE(::chown(data.c_str(), kSomebody, kSomebody) == 0);
  for (const auto& file : fs::recursive_directory_iterator(data)) {
    REQUIRE(::chown(file.path().c_str(), kSomebody, kSomebody) == 0);
  }
  Done({"backup", "key", (keys / "op").string()});  // which root alone can read
  const std::vector<std::string> backup = {"backup", folder,     "--data",
                                           data,     "--to-key", (keys / "op.pub").string()};
  const Outcome refused = Holdfastd(backup);
  INFO(Describe(refused));
  CHECK(refused.exit_code == 2);
  CHECK(Says(refused.err, "install -d -o 12345"));
  for (const char* name : {"backups", "restored", "unread"}) {
    REQUIRE(fs::create_directory(files / name));
    REQUIRE(::chown((files / name).c_str(), kSomebody, kSomebody) == 0);
  }
  Done(backup);
  // As root copied it here from elsewhere: all of it, or closed but for the folder's names.
  const fs::path copied = files / "copied";
  fs::copy(folder, copied, fs::copy_options::recursive);
  const fs::path one = FilesWith(copied, "").front();
  const auto cannot_be_read = [&](const fs::path& what) {
    const Outcome unread =
        Holdfastd({"restore", what.string(), "--data", (files / "unread").string(), "--key",
                   (keys / "op").string()});
    INFO(what << " " << Describe(unread));
    CHECK(unread.exit_code == 2);
    CHECK(Says(unread.err, "cannot be read: Permission denied"));
    CHECK(Says(unread.err, "chown -R 12345: " + what.string()));
    CHECK(fs::is_empty(files / "unread"));
  };
  for (const fs::path& closed : {one / "manifest", one, copied}) {
    fs::permissions(closed, fs::is_directory(closed) ? fs::perms(0700) : fs::perms(0600));
    cannot_be_read(copied);
    cannot_be_read(one);
  }
  Done({"restore", folder, "--data", (files / "restored").string(), "--key",
        (keys / "op").string()});
  for (const char* name : {"practice", "backups", "restored"}) {
    for (const auto& file : fs::recursive_directory_iterator(files / name)) {
      INFO(file.path());
      CHECK(whose(file.path()) == kSomebody);
    }
  }
}

TEST_CASE("a backup that finds no room leaves the ones before and the practice as they were",
          "[backup]") {
  const TempDir disk;
  if (::mount("tmpfs", disk.path().c_str(), "tmpfs", 0, "size=2m") != 0) {
    WARN("skipped: mounting a small file system needs root");
    return;
  }
  const TempDir files;
  PracticeProcess practice(files / "practice");
  practice.Start();
  const std::string data = practice.data().string();
  const std::string folder = (disk / "backups").string();
  Done({"backup", folder, "--data", data});
  WireDevice therapist, client;
  REQUIRE(therapist.Enroll(practice.EnrolmentCode()).ok());
  REQUIRE(client.Join(therapist.Invite()).ok());
  for (int i = 0; i < 40; ++i) {
    v1::SendResponse response;
    REQUIRE(client.Send(client.Message(client.bond(), therapist.id(), 60'000), response).ok());
  }
  const auto before = TreeOf(folder);
  const Outcome refused = Holdfastd({"backup", folder, "--data", data, "--keep", "1"});
  INFO(Describe(refused));
  CHECK(refused.exit_code == 1);
  CHECK(Says(refused.err, "No space left"));
  CHECK(TreeOf(folder) == before);
  // Nor is a restore begun that would not fit.
  Done({"backup", (files / "elsewhere").string(), "--data", data, "--with-keys"});
  const Outcome full = Holdfastd(
      {"restore", (files / "elsewhere").string(), "--data", (disk / "restored").string()});
  INFO(Describe(full));
  CHECK(full.exit_code == 1);
  CHECK(Says(full.err, "make room"));
  CHECK_FALSE(fs::exists(disk / "restored"));
  v1::SendResponse response;
  CHECK(client.Send(client.Message(client.bond(), therapist.id()), response).ok());
  CHECK(::umount2(disk.path().c_str(), MNT_DETACH) == 0);
}

TEST_CASE("what cannot be backed up or restored is refused in words, and nothing is another",
          "[backup]") {
  const TempDir files;
  PracticeProcess practice(files / "practice");
  practice.Start();
  const std::string data = practice.data().string();
  const std::string folder = (files / "backups").string();
  Done({"backup", folder, "--data", data});
  const auto before = TreeOf(files.path());
  const std::string backup = FilesWith(folder, "").front().string();
  struct Case {
    std::vector<std::string> words;
    int exit_code;
    std::string said;
  };
  for (const Case& bad :
       {Case{{"restore", folder, "--data", data, "--practice-key", data + "/practice.key"},
             2,
             "a practice's directory already"},
        Case{{"restore", folder, "--data", (files / "new").string()}, 2, "--practice-key"},
        Case{{"restore", data, "--data", (files / "new").string()}, 2, "is no backup"},
        Case{{"restore", folder, "--data", (files / "new").string(), "--key", "/nowhere"},
             1,
             "/nowhere"},
        Case{{"restore", folder, "--data", (files / "new").string(), "--practice-key",
              data + "/tls.key"},
             1,
             "is damaged"},
        Case{{"backup", data + "/here", "--data", data}, 2, "lost with it"},
        Case{{"backup", folder}, 2, "--data DIR"},
        Case{{"backup", folder, "--data", data, "--keep", "0"}, 2, "--keep"},
        Case{{"backup", folder, "--data", data, "--to-key", data + "/practice.key"},
             2,
             "no public key"},
        Case{{"backup", "verify", (files / "nothing").string()}, 2, "is not there"},
        Case{{"backup", "verify", backup, "--key", data + "/practice.key"}, 2, "no secret key"}}) {
    const Outcome outcome = Holdfastd(bad.words);
    INFO(Describe(outcome));
    CHECK(outcome.exit_code == bad.exit_code);
    CHECK(Says(outcome.err, bad.said));
    CHECK(TreeOf(files.path()) == before);
    CHECK_FALSE(fs::exists(files / "new"));
  }
  CHECK(practice.running());
}

}  // namespace
}  // namespace holdfast::test
