// A practice's folder: made once, locked, checked.
#include "server/ops/data_directory.h"

#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "rules/errors.h"
#include "server/ops/configuration.h"
#include "server/ops/init.h"
#include "server/ops/practice_key.h"
#include "server/ops/tls_identity.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::server {
namespace {

namespace fs = std::filesystem;
using test::ReadFile;
using test::TempDir;
using test::WriteFile;

mode_t ModeOf(const fs::path& path) {
  struct stat facts {};
  REQUIRE(::stat(path.c_str(), &facts) == 0);
  return facts.st_mode & 0777;
}

TEST_CASE("a new practice is complete, and for its owner only") {
  REQUIRE(crypto::Initialise().ok());
  const TempDir temp;
  const fs::path data = temp / "practice";
  REQUIRE(InitPractice(data, "practice.example").ok());
  CHECK(ModeOf(data) == 0700);
  for (const auto& entry : fs::directory_iterator(data)) CHECK(ModeOf(entry.path()) == 0600);

  const auto directory = DataDirectory::Open(data);
  REQUIRE(directory.ok());
  CHECK(ReadPracticeKey(directory->practice_key()).ok());
  CHECK(InspectTlsIdentity({crypto::SecretBytes(ReadFile(directory->tls_key())),
                            ReadFile(directory->tls_certificate())})
            .ok());
  const auto configuration = ReadConfiguration(directory->configuration());
  REQUIRE(configuration.ok());
  CHECK(configuration->name == "practice.example");
}

TEST_CASE("init changes nothing in a directory that has something in it") {
  REQUIRE(crypto::Initialise().ok());
  const TempDir temp;
  const fs::path data = temp / "practice";
  REQUIRE(InitPractice(data, "").ok());
  const std::string key = ReadFile(data / "practice.key");
  CHECK(ReasonOf(InitPractice(data, "")) == Reason::kUsage);
  CHECK(ReadFile(data / "practice.key") == key);

  fs::create_directory(temp / "other");
  WriteFile(temp / "other" / "letter", "dear");
  CHECK(ReasonOf(InitPractice(temp / "other", "")) == Reason::kUsage);
  CHECK(ReadFile(temp / "other" / "letter") == "dear");
  CHECK_FALSE(fs::exists(temp / "other" / "practice.key"));
}

TEST_CASE("init takes an empty directory and closes it to others") {
  REQUIRE(crypto::Initialise().ok());
  const TempDir temp;
  fs::create_directory(temp / "practice");
  fs::permissions(temp / "practice", fs::perms(0755));
  REQUIRE(InitPractice(temp / "practice", "").ok());
  CHECK(ModeOf(temp / "practice") == 0700);
}

TEST_CASE("a practice that is reached by an IPv6 address listens there") {
  REQUIRE(crypto::Initialise().ok());
  const TempDir temp;
  for (const char* name : {"2001:db8::1", "[2001:db8::1]:7443"}) {
    const fs::path data = temp / std::string(name).substr(0, 1);
    REQUIRE(InitPractice(data, name).ok());
    const auto configuration = ReadConfiguration(data / "holdfast.toml");
    REQUIRE(configuration.ok());
    CHECK(configuration->listen == "[::]:7443");
  }
  REQUIRE(InitPractice(temp / "named", "practice.example").ok());
  CHECK(ReadConfiguration(temp / "named" / "holdfast.toml")->listen == "0.0.0.0:7443");
}

TEST_CASE("init with an unusable name leaves nothing behind") {
  REQUIRE(crypto::Initialise().ok());
  const TempDir temp;
  CHECK(FieldOf(InitPractice(temp / "practice", "a name, with a comma")) == "name");
  CHECK_FALSE(fs::exists(temp / "practice"));
}

TEST_CASE("what is no practice's directory is refused with a reason") {
  const TempDir temp;
  CHECK(FieldOf(DataDirectory::Open(temp / "nowhere").status()) == "data");
  CHECK(FieldOf(DataDirectory::Open(temp.path()).status()) == "data");
}

TEST_CASE("a directory is locked by one holder, until it goes") {
  REQUIRE(crypto::Initialise().ok());
  const TempDir temp;
  REQUIRE(InitPractice(temp / "practice", "").ok());
  const auto directory = DataDirectory::Open(temp / "practice");
  REQUIRE(directory.ok());
  {
    const auto held = directory->TryLock();
    REQUIRE(held.ok());
    CHECK(held->has_value());
    const auto second = directory->TryLock();
    REQUIRE(second.ok());
    CHECK_FALSE(second->has_value());
  }
  const auto later = directory->TryLock();
  REQUIRE(later.ok());
  CHECK(later->has_value());
}

TEST_CASE("a damaged practice key is said to be damaged") {
  REQUIRE(crypto::Initialise().ok());
  const TempDir temp;
  const fs::path file = temp / "practice.key";
  const crypto::SigningKey key = crypto::SigningKey::Generate();
  REQUIRE(WritePracticeKey(file, key).ok());
  const std::string good = ReadFile(file);
  const auto read = ReadPracticeKey(file);
  REQUIRE(read.ok());
  CHECK(read->public_key<PracticeKey>() == key.public_key<PracticeKey>());
  for (const std::string& bad : {std::string(), good.substr(1), good.substr(0, good.size() - 2),
                                 good.substr(25), good + "00"}) {
    WriteFile(file, bad);
    CHECK(ReasonOf(ReadPracticeKey(file).status()) == Reason::kStorageFailed);
  }
}

}  // namespace
}  // namespace holdfast::server
