// Where agents are found: never where somebody else could be the one who answers.
#include "client/agent/agent_place.h"

#include <sys/stat.h>
#include <unistd.h>

#include "rules/errors.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::client {
namespace {

namespace fs = std::filesystem;

constexpr uid_t kNobodyOwns = 65534;

unsigned ModeAt(const fs::path& path) {
  struct stat found = {};
  REQUIRE(stat(path.c_str(), &found) == 0);
  return found.st_mode & 0777U;
}

void SetMode(const fs::path& path, mode_t mode) { REQUIRE(chmod(path.c_str(), mode) == 0); }

TEST_CASE("A vault has one place, by whatever name it is reached, and another has another") {
  const test::TempDir dir;
  fs::create_directories(dir / "home" / "kim");
  test::WriteFile(dir / "home" / "kim" / "vault", "x");
  fs::create_directory_symlink(dir / "home", dir / "link");
  const auto socket = [&](const fs::path& vault) {
    return PlaceOfAgent(vault, dir / "run").socket;
  };
  const fs::path kim = socket(dir / "home" / "kim" / "vault");
  CHECK(kim.parent_path() == dir / "run" / "holdfast");
  CHECK(socket(dir / "link" / "kim" / "vault") == kim);
  CHECK(socket(dir / "home" / "." / "kim" / "vault") == kim);
  CHECK(socket(dir / "home" / "ann" / "vault") != kim);
}

TEST_CASE("The folder is made for this user alone, and found again") {
  const test::TempDir dir;
  const AgentPlace place = PlaceOfAgent(dir / "vault", dir.path());
  CHECK_FALSE(CheckPlace(place).ok());
  const mode_t before = umask(0);
  const bool taken = TakePlace(place).ok();
  umask(before);
  CHECK(taken);
  CHECK(ModeAt(place.folder) == 0700);
  CHECK(CheckPlace(place).ok());
  CHECK(TakePlace(place).ok());
}

TEST_CASE("Without a folder of the system for it there is one that carries the user's number") {
  const test::TempDir dir;
  const AgentPlace place = PlaceOfAgent(dir / "vault", "", dir.path());
  CHECK(place.folder == dir / ("holdfast-" + std::to_string(geteuid())));
  CHECK(PlaceOfAgent(dir / "vault", "relative", dir.path()).folder == place.folder);
  SetMode(dir.path(), 01777);  // as /tmp is
  CHECK(TakePlace(place).ok());
  SetMode(dir.path(), 0777);  // and as it must not be
  CHECK(ReasonOf(TakePlace(place).status()) == Reason::kStorageFailed);
  CHECK_FALSE(CheckPlace(place).ok());
}

TEST_CASE("A folder that others can reach, a link and a file in its place are refused") {
  const test::TempDir dir;
  const AgentPlace place = PlaceOfAgent(dir / "vault", dir.path());
  REQUIRE(TakePlace(place).ok());
  for (const mode_t mode : {0701U, 0710U, 0750U, 0770U, 0777U}) {
    SetMode(place.folder, mode);
    CHECK_FALSE(CheckPlace(place).ok());
    const absl::Status refused = TakePlace(place).status();
    CHECK(ReasonOf(refused) == Reason::kStorageFailed);
    CHECK(MessageOf(refused).find(place.folder.string()) != std::string::npos);
    CHECK(ModeAt(place.folder) == mode);  // nothing is changed behind anybody's back
  }
  fs::rename(place.folder, dir / "elsewhere");
  SetMode(dir / "elsewhere", 0700);
  fs::create_directory_symlink(dir / "elsewhere", place.folder);
  CHECK_FALSE(TakePlace(place).ok());
  fs::remove(place.folder);
  test::WriteFile(place.folder, "a file");
  CHECK_FALSE(TakePlace(place).ok());
}

TEST_CASE("A folder of another user is refused") {
  if (geteuid() != 0) return;  // only root can make one
  const test::TempDir dir;
  const AgentPlace place = PlaceOfAgent(dir / "vault", dir.path());
  REQUIRE(TakePlace(place).ok());
  REQUIRE(chown(place.folder.c_str(), kNobodyOwns, kNobodyOwns) == 0);
  CHECK_FALSE(CheckPlace(place).ok());
  CHECK_FALSE(TakePlace(place).ok());
  REQUIRE(chown(place.folder.c_str(), 0, 0) == 0);
  REQUIRE(CheckPlace(place).ok());
  REQUIRE(chown(dir.path().c_str(), kNobodyOwns, kNobodyOwns) == 0);
  CHECK_FALSE(CheckPlace(place).ok());
}

TEST_CASE("A name that no socket can have is refused, in words") {
  const test::TempDir dir;
  const fs::path deep = dir / std::string(90, 'x');
  fs::create_directory(deep);
  const absl::Status refused = TakePlace(PlaceOfAgent(dir / "vault", deep)).status();
  CHECK(MessageOf(refused).find("XDG_RUNTIME_DIR") != std::string::npos);
}

TEST_CASE("Of the folder only what can be an agent's counts as one") {
  const test::TempDir dir;
  const AgentPlace place = PlaceOfAgent(dir / "vault", dir.path());
  REQUIRE(TakePlace(place).ok());
  test::WriteFile(place.socket, "");
  test::WriteFile(place.folder / "notes.txt", "");
  const std::vector<AgentPlace> all = AllAgents(place.folder);
  REQUIRE(all.size() == 1);
  CHECK(all[0].socket == place.socket);
}

}  // namespace
}  // namespace holdfast::client
