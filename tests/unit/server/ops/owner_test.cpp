// Whose a practice is: root's hand leaves nothing of root's, others read no key, and what
// cannot be read is said to be so.
#include "server/ops/owner.h"

#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "crypto/public/secret.h"
#include "rules/errors.h"
#include "server/ops/data_directory.h"
#include "server/ops/init.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::server {
namespace {

namespace fs = std::filesystem;
using test::TempDir;

constexpr uid_t kSomebody = 12345;

#define REQUIRE_ROOT()                                      \
  if (::geteuid() != 0) {                                   \
    WARN("skipped: becoming another user is root's to do"); \
    return;                                                 \
  }

// What a child process says, which may become somebody else.
std::string SaidByChild(const std::function<std::string()>& child) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    const std::string said = child();
    (void)!::write(ends[1], said.data(), said.size());
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string said(4096, '\0');
  const ssize_t got = ::read(ends[0], said.data(), said.size());
  ::close(ends[0]);
  REQUIRE(::waitpid(pid, nullptr, 0) == pid);
  said.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return said;
}

std::string Words(const absl::Status& status) {
  return {status.message().data(), status.message().size()};
}

bool Says(const std::string& text, std::string_view words) {
  return text.find(words) != std::string::npos;
}

struct Made {
  TempDir temp;
  fs::path data = temp / "practice";

  Made() {
    REQUIRE(crypto::Initialise().ok());
    fs::permissions(temp.path(), fs::perms(0755));
    REQUIRE(InitPractice(data, "").ok());
  }
  void GiveTo(uid_t user) const {
    REQUIRE(::chown(data.c_str(), user, user) == 0);
    for (const auto& entry : fs::recursive_directory_iterator(data)) {
      REQUIRE(::chown(entry.path().c_str(), user, user) == 0);
    }
  }
};

}  // namespace

TEST_CASE("keys that others can read are refused, with the command that closes them") {
  const Made made;
  for (const char* key : {"practice.key", "tls.key"}) {
    fs::permissions(made.data / key, fs::perms(0640));
    const absl::Status refused = DataDirectory::Open(made.data).status();
    CHECK(ReasonOf(refused) == Reason::kUsage);
    CHECK(Says(Words(refused), "chmod 600 " + (made.data / key).string()));
    fs::permissions(made.data / key, fs::perms(0600));
    CHECK(DataDirectory::Open(made.data).ok());
  }
}

TEST_CASE("a directory that others can write to is refused, with the command that closes it") {
  const Made made;
  fs::permissions(made.data, fs::perms(0777));
  CHECK(Says(Words(DataDirectory::Open(made.data).status()), "chmod -R go= " + made.data.string()));
}

TEST_CASE("what root makes in a practice of another user belongs to that user") {
  REQUIRE_ROOT();
  const Made made;
  made.GiveTo(kSomebody);
  const std::string said = SaidByChild([&] {
    const absl::Status became = BecomeOwnerOf(made.data);
    const auto directory = DataDirectory::Open(made.data);
    const bool locked = directory.ok() && directory->TryLock().ok();
    return Words(became) + std::to_string(::getuid()) + " " + std::to_string(::getgid()) + " " +
           std::to_string(::getgroups(0, nullptr)) + (locked ? " locked" : " not");
  });
  CHECK(said == "12345 12345 1 locked");
  struct stat facts {};
  REQUIRE(::stat((made.data / "lock").c_str(), &facts) == 0);
  CHECK(facts.st_uid == kSomebody);
}

TEST_CASE("what root makes in a user's own directory belongs to that user") {
  REQUIRE_ROOT();
  const TempDir temp;
  REQUIRE(::chown(temp.path().c_str(), kSomebody, kSomebody) == 0);
  CHECK(SaidByChild([&] {
          return BecomeOwnerOf(temp / "practice").ok() ? std::to_string(::geteuid())
                                                       : std::string("refused");
        }) == "12345");
}

TEST_CASE("of root's power nothing is kept, or low ports alone") {
  REQUIRE_ROOT();
  const Made made;
  made.GiveTo(kSomebody);
  const auto power = [&](RootKeeps keeps) {
    return SaidByChild([&] {
      if (!BecomeOwnerOf(made.data, keeps).ok()) return std::string("cannot");
      std::ifstream facts("/proc/self/status");
      std::string said;
      for (std::string line; std::getline(facts, line);) {
        if (line.starts_with("CapPrm") || line.starts_with("CapEff")) said += line + " ";
      }
      return said;
    });
  };
  CHECK(power(RootKeeps::kNothing) == "CapPrm:\t0000000000000000 CapEff:\t0000000000000000 ");
  CHECK(power(RootKeeps::kLowPorts) == "CapPrm:\t0000000000000400 CapEff:\t0000000000000400 ");
}

TEST_CASE("root stays root where the practice is root's") {
  REQUIRE_ROOT();
  const Made made;
  CHECK(BecomeOwnerOf(made.data).ok());
  CHECK(BecomeOwnerOf(made.temp / "not there").ok());
  CHECK(::geteuid() == 0);
}

TEST_CASE("a practice that cannot be read is said to be so, and nobody is told to remove it") {
  REQUIRE_ROOT();
  const Made made;
  const std::string said = SaidByChild([&] {
    if (::setgroups(0, nullptr) != 0 || ::setuid(kSomebody) != 0) return std::string("cannot");
    return Words(DataDirectory::Open(made.data).status()) + "\n" +
           Words(DataDirectory::Create(made.data).status());
  });
  INFO(said);
  CHECK(Says(said, "Permission denied: it belongs to root, so run holdfastd as root"));
  CHECK_FALSE(Says(said, "remove"));
  CHECK_FALSE(Says(said, "init"));
}

TEST_CASE("a file that an earlier version left to root is named, with the command that mends it") {
  REQUIRE_ROOT();
  const Made made;
  made.GiveTo(kSomebody);
  fs::create_directory(made.data / "db");
  std::ofstream(made.data / "db" / "CURRENT") << "MANIFEST-000001\n";
  REQUIRE(::chown((made.data / "db").c_str(), kSomebody, kSomebody) == 0);
  const std::string said = SaidByChild([&] {
    if (!BecomeOwnerOf(made.data).ok()) return std::string("cannot");
    return Words(DataDirectory::Open(made.data).status());
  });
  CHECK(Says(said, "db/CURRENT belongs to root"));
  CHECK(Says(said, "chown -R 12345: " + made.data.string()));
}

TEST_CASE("a directory without settings is never said to be removed") {
  const TempDir temp;
  CHECK(Says(Words(DataDirectory::Open(temp.path()).status()), "is its disk mounted?"));
  std::ofstream(temp / "practice.key") << "a key";
  const std::string words = Words(DataDirectory::Open(temp.path()).status());
  CHECK(Says(words, "no holdfast.toml"));
  CHECK_FALSE(Says(words, "remove"));
}

}  // namespace holdfast::server
