// Profiles: where they lie, and who may read them.
#include "client/cli/terminal/profile.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "client/cli/terminal/editor.h"
#include "client/cli/terminal/passphrase.h"
#include "client/cli/terminal/profile.h"
#include "client/cli/terminal/qr.h"
#include "rules/errors.h"
#include "support/catch.h"

namespace holdfast::client::cli {
namespace {

namespace fs = std::filesystem;

class TemporaryHome {
 public:
  TemporaryHome() {
    std::string name = (fs::temp_directory_path() / "holdfast-test-XXXXXX").string();
    path_ = mkdtemp(name.data());
    setenv("HOLDFAST_HOME", path_.c_str(), 1);
  }
  ~TemporaryHome() { fs::remove_all(path_); }
  TemporaryHome(const TemporaryHome&) = delete;
  TemporaryHome& operator=(const TemporaryHome&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void Write(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

TEST_CASE("no profile name leaves its folder", "[profile]") {
  const TemporaryHome home;
  for (const char* bad : {"", ".", "..", "../x", "a/b", "/etc", "-x", "a b", "a\n"}) {
    INFO(bad);
    CHECK(ReasonOf(Profile::Named(bad).status()) == Reason::kUsage);
  }
  CHECK_FALSE(Profile::Named(std::string(kProfileNameBytesMax + 1, 'a')).ok());
  CHECK(Profile::Named("Dr.Ann-2_b").value().folder() == home.path() / "Dr.Ann-2_b");
}

TEST_CASE("a new profile's folder is for its owner alone", "[profile]") {
  const TemporaryHome home;
  const Profile profile = Profile::Named("ann").value();
  REQUIRE(profile.MakeFolder().ok());
  struct stat about = {};
  REQUIRE(stat(profile.folder().c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0700);
}

TEST_CASE("a profile that is missing names those that are there", "[profile]") {
  const TemporaryHome home;
  const Profile profile = Profile::Named("default").value();
  CHECK(ReasonOf(profile.Missing()) == Reason::kVaultMissing);
  CHECK(std::string(profile.Missing().message()).find("holdfast join") != std::string::npos);
  fs::create_directories(home.path() / "ann");
  Write(home.path() / "ann" / "vault", "x");
  CHECK(std::string(profile.Missing().message()).find("ann") != std::string::npos);
}

TEST_CASE("the passphrase leaves the environment, and a new one is long enough", "[profile]") {
  const TemporaryHome home;
  const Profile profile = Profile::Named("default").value();
  setenv("HOLDFAST_PASSPHRASE", "long enough", 1);
  CHECK(PassphraseSource(profile).New().value().Expose() == "long enough");
  CHECK(std::getenv("HOLDFAST_PASSPHRASE") == nullptr);
  setenv("HOLDFAST_PASSPHRASE", "short", 1);
  CHECK(FieldOf(PassphraseSource(profile).New().status()) == "passphrase");
  // An old vault may have an old rule.
  setenv("HOLDFAST_PASSPHRASE", "short", 1);
  CHECK(PassphraseSource(profile).Existing().ok());
}

TEST_CASE("a new passphrase is one that can be typed again, and that is said", "[profile]") {
  const TemporaryHome home;
  const Profile profile = Profile::Named("default").value();
  for (const char* given : {"caf\u00e9 au lait", "cafe\u0301 au lait", "caf\u00e9 au lait\r\n",
                            "caf\u00e9 au lait \t"}) {
    setenv("HOLDFAST_PASSPHRASE", given, 1);
    PassphraseSource source(profile);
    CHECK(source.New().value().Expose() == "caf\u00e9 au lait");
    CHECK(source.changed() == (std::string(given) != "caf\u00e9 au lait"));
  }
  setenv("HOLDFAST_PASSPHRASE", "1234567\n", 1);
  CHECK(FieldOf(PassphraseSource(profile).New().status()) == "passphrase");
  CHECK(NormalPassphrase(crypto::SecretBytes::CopyOf("\xff not text ")).Expose() ==
        "\xff not text");
}

TEST_CASE("input is read to its bound and no further", "[input]") {
  const TemporaryHome home;
  Write(home.path() / "ten", "0123456789");
  CHECK(ReadAll((home.path() / "ten").string(), 10, "--answers").value() == "0123456789");
  const absl::Status large = ReadAll((home.path() / "ten").string(), 9, "--answers").status();
  CHECK(ReasonOf(large) == Reason::kUsage);  // the practice was never asked
  CHECK(FieldOf(large) == "--answers");
  CHECK(ReasonOf(ReadAll((home.path() / "none").string(), 9, "--answers").status()) ==
        Reason::kUsage);
}

TEST_CASE("the editor writes in a private file, of which nothing is left behind", "[editor]") {
  const TemporaryHome home;
  setenv("XDG_RUNTIME_DIR", home.path().c_str(), 1);
  unsetenv("VISUAL");
  setenv("EDITOR", "sed -i.kept '1s/^/written at leisure/'", 1);
  {
    const auto file = PrivateFile::With("\n", home.path()).value();
    CHECK(RunEditor(file->path()));
    CHECK(ReadAll(file->path().string(), 100, "message").value() == "written at leisure\n");
    CHECK(PrivateFile::Left(home.path()).empty());  // somebody writes in it
  }
  CHECK(fs::is_empty(home.path()));

  setenv("EDITOR", "false", 1);
  {
    const auto file = PrivateFile::With("the only copy", home.path()).value();
    CHECK_FALSE(RunEditor(file->path()));
    file->Leave();
  }
  const std::vector<fs::path> left = PrivateFile::Left("");
  REQUIRE(left.size() >= 1);
  CHECK(ReadAll(left.front().string(), 100, "message").value() == "the only copy");
  unsetenv("XDG_RUNTIME_DIR");
}

TEST_CASE("an invitation fits a picture, and too long a text makes none", "[qr]") {
  const std::string plain = QrLines("HFI-ABCDE-FGHJK", false);
  CHECK(std::count(plain.begin(), plain.end(), '\n') > 10);
  CHECK(plain.find('\x1b') == std::string::npos);
  CHECK(QrLines("HFI-ABCDE-FGHJK", true).find('\x1b') != std::string::npos);
  CHECK(QrLines(std::string(8000, 'A'), false).empty());
}

}  // namespace
}  // namespace holdfast::client::cli
