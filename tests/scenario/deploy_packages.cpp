// The Debian packages of what was built here: what lies in them and for whom, that the server's
// refuses to go back, and that an SPDX file says what it must. deploy/packaging/trial installs
// them.
#include <filesystem>

#include "support/catch.h"
#include "support/process.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

namespace fs = std::filesystem;

const std::string kPackaging = HOLDFAST_SOURCE_DIR "/deploy/packaging/";

// With `words` as $0, $1, ... of a shell's line.
Outcome Shell(const std::string& line, const std::vector<std::string>& words,
              const std::string& input = "") {
  std::vector<std::string> arguments = {"-c", line};
  arguments.insert(arguments.end(), words.begin(), words.end());
  return Run({"/bin/sh", arguments, {}, input}, std::chrono::minutes(3));
}

bool HasTools(const std::string& names) {
  const Outcome outcome = Shell("for one in $0; do command -v $one || exit 1; done", {names});
  if (outcome.exit_code != 0) WARN("skipped: not all is here of " << names);
  return outcome.exit_code == 0;
}

TEST_CASE("an older server refuses in words to take the place of one that served", "[packages]") {
  if (!HasTools("dpkg")) return;
  const TempDir files;
  const auto preinst = [&](const std::string& verb, const std::string& was) {
    return Run({"/bin/sh",
                {kPackaging + "preinst", verb, was, "0.2.0~20261130-1+deb12"},
                {{"DPKG_ROOT", files.path().string()}},
                {}});
  };
  const std::string newer = "0.2.0-1+deb12", older = "0.2.0~20261129-1+deb12";
  // Nobody has served anything.
  CHECK(preinst("upgrade", newer).exit_code == 0);
  fs::create_directories(files / "var/lib/holdfast/db");
  CHECK(preinst("upgrade", older).exit_code == 0);
  CHECK(preinst("upgrade", "0.2.0~20261130-1+deb12").exit_code == 0);
  CHECK(preinst("install", "").exit_code == 0);
  for (const char* verb : {"upgrade", "install"}) {  // over the newer one, and after it was removed
    const Outcome refused = preinst(verb, newer);
    INFO(Describe(refused));
    CHECK(refused.exit_code == 1);
    CHECK(refused.err.find(newer + " has served") != std::string::npos);
    CHECK(refused.err.find("Nothing was changed") != std::string::npos);
  }
  CHECK(preinst("abort-upgrade", newer).exit_code == 0);
}

TEST_CASE("an older client refuses in words to open what a newer one has written", "[packages]") {
  if (!HasTools("dpkg")) return;
  const auto preinst = [&](const std::string& verb, const std::string& was) {
    return Run({"/bin/sh", {kPackaging + "client/preinst", verb, was, "0.2.0-1+deb12"}, {}, {}});
  };
  CHECK(preinst("install", "").exit_code == 0);
  CHECK(preinst("upgrade", "0.2.0~20261130-1+deb12").exit_code == 0);
  CHECK(preinst("upgrade", "0.2.0-1+deb12").exit_code == 0);
  const Outcome refused = preinst("upgrade", "0.2.1-1+deb12");
  INFO(Describe(refused));
  CHECK(refused.exit_code == 1);
  CHECK(refused.err.find("Nothing was changed") != std::string::npos);
}

// As `dpkg-deb --contents` lists it.
bool Lists(const std::string& contents, const std::string& mode, const std::string& file) {
  for (std::size_t at = contents.find(" ." + file + "\n"); at != std::string::npos;) {
    const std::size_t begin = contents.rfind('\n', at) + 1;
    return contents.compare(begin, mode.size() + 10, mode + " root/root") == 0;
  }
  return false;
}

TEST_CASE("the packages hold what an operator and a person need, closed as it should be",
          "[packages]") {
  if (!HasTools("cpack dpkg-deb dpkg-shlibdeps file")) return;
  const TempDir files;
  const Outcome packed = Shell(
      "umask 077; cmake --build \"$0\" --target package_texts && "
      "cpack --config \"$0/CPackConfig.cmake\" -B \"$1\"",
      {HOLDFAST_BUILD_DIR, files.path().string()});
  INFO(Describe(packed));
  REQUIRE(packed.exit_code == 0);
  const auto ask = [&](const std::string& what, const std::string& package) {
    return Shell("dpkg-deb " + what + " \"$0\"/" + package + "_*.deb", {files.path().string()}).out;
  };

  const std::string server = ask("--contents", "holdfast-server");
  INFO(server);
  for (const char* file :
       {"/etc/default/holdfastd", "/usr/lib/systemd/system/holdfastd.service",
        "/usr/lib/systemd/system/holdfastd.socket",
        "/usr/lib/systemd/system/holdfastd-backup.service",
        "/usr/lib/systemd/system/holdfastd-backup.timer", "/usr/share/man/man8/holdfastd.8.gz",
        "/usr/share/bash-completion/completions/holdfastd",
        "/usr/share/zsh/vendor-completions/_holdfastd",
        "/usr/share/fish/vendor_completions.d/holdfastd.fish",
        "/usr/share/doc/holdfast-server/OPERATING.md", "/usr/share/doc/holdfast-server/copyright",
        "/usr/share/doc/holdfast-server/changelog.Debian.gz",
        "/usr/share/holdfast-server/holdfast.rules.yml"}) {
    INFO(file);
    CHECK(Lists(server, "-rw-r--r--", file));
  }
  CHECK(Lists(server, "-rwxr-xr-x", "/usr/bin/holdfastd"));
  CHECK(Lists(server, "-rwxr-xr-x", "/usr/share/holdfast-server/backup-drill"));
  CHECK(Lists(server, "drwxr-xr-x", "/etc/default/"));
  CHECK(ask("--field", "holdfast-server").find("Depends: adduser, ") != std::string::npos);
  CHECK(ask("--info", "holdfast-server").find(" conffiles ") != std::string::npos);

  const std::string client = ask("--contents", "holdfast");
  INFO(client);
  CHECK(Lists(client, "-rwxr-xr-x", "/usr/bin/holdfast"));
  for (const char* file :
       {"/usr/share/man/man1/holdfast.1.gz", "/usr/share/bash-completion/completions/holdfast",
        "/usr/share/zsh/vendor-completions/_holdfast",
        "/usr/share/fish/vendor_completions.d/holdfast.fish", "/usr/share/doc/holdfast/CLIENT.md",
        "/usr/share/doc/holdfast/JSON.md"}) {
    INFO(file);
    CHECK(Lists(client, "-rw-r--r--", file));
  }
  CHECK(ask("--info", "holdfast").find(" preinst ") != std::string::npos);
  CHECK(ask("--field", "holdfast").find("tzdata") != std::string::npos);
}

TEST_CASE("an SPDX file says of a package what SPDX 2.3 requires", "[packages]") {
  if (!HasTools("dpkg-deb dpkg-query adduser file dpkg-shlibdeps python3")) return;
  const TempDir files;
  const Outcome made = Shell(
      "mkdir -p \"$0/x/DEBIAN\" && cat >\"$0/x/DEBIAN/control\" && dpkg-deb --build \"$0/x\" "
      "\"$0/x.deb\"",
      {files.path().string()},
      "Package: holdfast-x\nVersion: 0.2.0~1-1+deb12\nArchitecture: all\nMaintainer: N <n@n.n>\n"
      "Depends: libc6 (>= 2.34), tzdata | tzdata-nowhere\nDescription: x\n");
  INFO(Describe(made));
  REQUIRE(made.exit_code == 0);
  const Outcome told = Run({"/usr/bin/python3",
                            {kPackaging + "spdx", (files / "x.deb").string()},
                            {{"SOURCE_DATE_EPOCH", "1700000000"}},
                            {}});
  INFO(told.err);
  REQUIRE(told.exit_code == 0);
  CHECK(told.out.find("\"created\": \"2023-11-14T22:13:20Z\"") != std::string::npos);
  CHECK(told.out.find("pkg:deb/holdfast/holdfast-x@0.2.0~1-1%2Bdeb12?arch=all") !=
        std::string::npos);
  CHECK(told.out.find("\"name\": \"tzdata\"") != std::string::npos);
  const auto wrong = [](const std::string& text) {
    return Run(
        {"/usr/bin/python3", {HOLDFAST_SOURCE_DIR "/tests/scenario/spdx_required.py"}, {}, text});
  };
  const Outcome none = wrong(told.out);
  INFO(Describe(none));
  CHECK(none.exit_code == 0);
  CHECK(none.out.empty());
  // And it would be noticed.
  std::string other = told.out;
  other.replace(other.find("%2Bdeb12"), 8, "+deb12");
  CHECK_FALSE(wrong(other).out.empty());
}

}  // namespace
}  // namespace holdfast::test
