// What holds a secret is written for its owner alone, and whole or not at all.
#include "client/cli/terminal/private_output.h"

#include <sys/stat.h>

#include <filesystem>

#include "rules/errors.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::client::cli {
namespace {

using test::ReadFile;
using test::TempDir;
using test::WriteFile;

std::size_t FilesIn(const TempDir& folder) {
  const std::filesystem::directory_iterator all(folder.path());
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace

TEST_CASE("a file is there when it is finished, for its owner alone, and no other is left",
          "[private_output]") {
  const TempDir folder;
  const std::string path = folder / "out";
  WriteFile(path, "before");
  std::filesystem::permissions(path, std::filesystem::perms::all);
  const std::string text(3 * PrivateOutput::kHeldBytesMax, 'x');
  {
    auto output = PrivateOutput::Open(path, "--output");
    REQUIRE(output.ok());
    REQUIRE(output->Write(text).ok());
    REQUIRE(output->Write("end").ok());
    CHECK(ReadFile(path) == "before");
    REQUIRE(output->Finish().ok());
    CHECK(output->bytes() == text.size() + 3);
  }
  CHECK(ReadFile(path) == text + "end");
  struct stat there = {};
  REQUIRE(stat(path.c_str(), &there) == 0);
  CHECK((there.st_mode & 0777) == 0600);
  CHECK(FilesIn(folder) == 1);
}

TEST_CASE("what is not finished leaves what was there, and nothing else", "[private_output]") {
  const TempDir folder;
  const std::string path = folder / "out";
  WriteFile(path, "before");
  {
    auto output = PrivateOutput::Open(path, "--output");
    REQUIRE(output.ok());
    REQUIRE(output->Write(std::string(100'000, 'x')).ok());
  }
  CHECK(ReadFile(path) == "before");
  CHECK(FilesIn(folder) == 1);
}

TEST_CASE("what cannot be written is said, naming the option", "[private_output]") {
  const auto nowhere = PrivateOutput::Open("/nowhere/file", "--output");
  CHECK(ReasonOf(nowhere.status()) == Reason::kStorageFailed);
  CHECK(FieldOf(nowhere.status()) == "--output");
  auto full = PrivateOutput::Open("/dev/full", "--output");
  REQUIRE(full.ok());
  REQUIRE(full->Write("x").ok());
  CHECK(ReasonOf(full->Finish()) == Reason::kStorageFailed);
}

}  // namespace holdfast::client::cli
