// What is wrong with arguments is said before anybody is asked for a passphrase.
#include "client/cli/commands/arguments.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "client/cli/commands/command.h"
#include "client/cli/words/words.h"
#include "rules/errors.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::client::cli {
namespace {

using test::TempDir;

// A profile that nobody can unlock.
class LockedProfile {
 public:
  LockedProfile() {
    setenv("HOLDFAST_HOME", home_.path().c_str(), 1);
    std::filesystem::create_directory(home_ / "default");
    std::ofstream(home_ / "default" / "vault") << "no vault";
  }

  // What `holdfast <words>` is refused with.
  absl::Status Refusal(std::vector<std::string> words) const {
    setenv("HOLDFAST_PASSPHRASE", "correct horse battery staple", 1);  // never asked for
    CLI::App app("", "holdfast");
    app.require_subcommand(0, 1);
    app.fallthrough();
    const std::vector<Command> commands = DeclareCommands(app);
    std::ranges::reverse(words);
    try {
      app.parse(std::move(words));
    } catch (const CLI::ParseError& error) {
      return Refuse(Reason::kUsage, "", error.what());
    }
    Output out(true);
    const Profile profile = Profile::Named("default").value();
    Context context{out, profile};
    const auto chosen =
        std::ranges::find_if(commands, [](const Command& c) { return c.app->parsed(); });
    return chosen->run(context);
  }
  std::string File(const std::string& name, const std::string& text) const {
    std::ofstream(home_ / name) << text;
    return (home_ / name).string();
  }

 private:
  TempDir home_;
};

struct BadArguments {
  std::vector<std::string> command;
  std::string words;
};

const std::string kLongText(40'000, 'x'), kLongName(200, 'n'), kNoText = "\xff\xfe";

std::vector<std::string> With(std::vector<std::string> some, const std::vector<std::string>& more) {
  some.insert(some.end(), more.begin(), more.end());
  return some;
}

// Of what is written, read and looked after.
std::vector<BadArguments> BadElsewhere(const LockedProfile& profile) {
  const std::string there = profile.File("there.svg", "");
  return {
      {{"enroll", "--code-file", profile.File("hfe", "HFE-no")}, "cut short"},
      {{"join", "--invitation-file", "/nowhere/file"}, "cannot be read"},
      {{"join", "--invitation-file", profile.File("hfi", "HFI-no")}, "cut short"},
      {{"invite", "--label", kLongName}, "too long"},
      {{"invite", "--days", "0"}, "--days"},
      {{"invite", "--qr", "picture.png"}, ".svg"},
      {{"invite", "--qr", there}, "there already"},
      {{"invite", "--qr", "/nowhere/at/all.svg"}, "no folder"},
      {{"invite", "--sheet", "sheet.pdf"}, ".html"},
      {{"invitations", "withdraw"}, "WHICH"},
      {{"invitations", "withdraw", " "}, "whom you mean"},
      {{"invitations", "withdraw", "Kim", "--offline"}, "goes with what is shown"},
      {{"link", "--code-file", profile.File("hfd", "HFD-no")}, "cut short"},
      {{"link", "--code-file", profile.File("hfr", "HFR-no")}, "recovery code"},
      {{"recover", "--code-file", profile.File("hfr", "HFR-no")}, "--practice"},
      {{"recover", "--practice", "nowhere", "--code-file", "-"}, "HOST:PORT"},
      {{"devices", "invite", "--recovery-code-file", profile.File("hfr", "HFR-no")}, "cut short"},
      {{"devices", "invite", "--minutes", "0"}, "--minutes"},
      {{"devices", "unlink"}, "ID"},
      {{"devices", "unlink", "beef", "--recovery-code-file", "/nowhere/file"}, "cannot be read"},
      {{"devices", "suspend", "not hex"}, "4 digits"},
      {{"recovery"}, "new-code"},
      {{"recovery", "new-code", "--recovery-code-file", "/nowhere/file"}, "cannot be read"},
      {{"rename", kLongName}, "too long"},
      {{"rename", "Ann", "--bond", ""}, "whom you mean"},
      {{"checkin", "--answers", "/nowhere/file", "--need", "none"}, "cannot be read"},
      {{"checkin", "--answers", profile.File("a", "[]"), "--need", "none"}, "JSON object"},
      {{"checkin", "--answers", profile.File("b", "{\"rest\": 99}"), "--need", "none"}, "rest"},
      {{"checkin", "--answers", profile.File("c", "{}")}, "reply, witness, none or session"},
      {{"checkin", "--answers", profile.File("c", "{}"), "--need", "hug"}, "--need"},
      {{"checkin", "--answers", profile.File("c", "{}"), "--need", "none", "--note", kLongText},
       "too long"},
      {{"send", "--text", kLongText}, "too long"},
      {{"send", "--text", kNoText}, "UTF-8"},
      {{"send", "--text", "  "}, "nothing written"},
      {{"send", "--text", "hello", "--bond", " "}, "whom you mean"},
      {{"send", "--text", "hello", "--bond", kLongName}, "longer than any name"},
      {{"reply", "xyz", "--text", "hello"}, "first 4 digits"},
      {{"reply", "abcd", "--text", kLongText}, "too long"},
      {{"checkin", "k6", "--answers", profile.File("d", "{\"k6-1\": 1}"), "--need", "none"},
       "All of the time"},
      {{"landed", "abc"}, "first 4 digits"},
      {{"seen", "abc"}, "first 4 digits"},
      {{"witness", "abc"}, "first 4 digits"},
      {{"forms", "import", "/nowhere/file"}, "cannot be read"},
      {{"trend", "--bond", ""}, "whom you mean"},
      {{"resources", "--file", "/nowhere/file"}, "cannot be read"},
      {{"resources", "--file", profile.File("r", "{\"first\": []}")}, "nothing in it"},
      {{"forms", "import", profile.File("q", "{}")}, "Questionnaire"},
      {{"forms", "assign", "phq-9", "--every", "often"}, "2w"},
      {{"landed", "abcd", "--text", kLongText}, "too long"},
      {{"landed", "abcd", "--text", "x", "--close"}, "--close"},
      {{"drafts", "show", "12"}, "names no draft"},
      {{"drafts", "drop", "wxyz"}, "names no draft"},
      {{"drafts", "resume", "abcd"}, "at a terminal"},
      {{"inbox", "--bond", kNoText}, "UTF-8"},
      {{"show", "12"}, "first 4 digits"},
      {{"status", "--breif"}, "--breif"},
      {{"ledger", "verify", "/nowhere/file"}, "cannot be read"},
      {{"ledger", "export", "/nowhere/file"}, "no folder"},
      {{"ledger", "export", "/"}, "a file to write to"},
      {{"ledger", "show", "--bond", ""}, "whom you mean"},
      {{"unlock", "--for", "whenever"}, "--for"},
      {{"passphrase", "--new-passphrase-file", "/nowhere/file"}, "cannot be read"},
  };
}

// Of what is found again and taken along.
std::vector<BadArguments> BadAlong() {
  return {
      {{"show", "12", "--thread"}, "first 4 digits"},
      {{"search", " "}, "words to look for"},
      {{"search", kNoText}, "UTF-8"},
      {{"search", kLongText}, "too long"},
      {{"search", "x", "--since", "tomorrow"}, "still to come"},
      {{"search", "x", "--bond", ""}, "whom you mean"},
      {{"keep", "12"}, "first 4 digits"},
      {{"keep", "abcd", "--list"}, "goes with the list"},
      {{"keep", "abcd", "--bond", "Kim"}, "goes with the list"},
      {{"unkeep", "12"}, "first 4 digits"},
      {{"erase"}, "name what is to be erased"},
      {{"erase", "12", "--erase-for-good"}, "first 4 digits"},
      {{"erase", "abcd"}, "--erase-for-good"},
      {{"erase", "abcd", "--everything", "--erase-for-good"}, "one of these alone"},
      {{"erase", "abcd", "--bond", "Kim", "--erase-for-good"}, "--history"},
      {{"export", "--output", "/nowhere/file"}, "no folder"},
      {{"import", "/nowhere/file"}, "cannot be read"},
      {{"export", "--output", "-", "--format", "pdf"}, "--format"},
      {{"export"}, "--output"},
      {{"export", "--output", "-", "--since", "tomorrow"}, "still to come"},
      {{"export", "--output", "-", "--since", "2020-01-03", "--until", "2020-01-02"}, "before"},
      {{"calendar", "--output", "/nowhere/file"}, "no folder"},
      {{"calendar", "--before", "soon"}, "--before"},
      {{"calendar", "--before", "2 days"}, "a day at most"},
  };
}

// Of what is decided.
std::vector<BadArguments> BadDecisions() {
  const std::vector<std::string> propose = {"rhythm", "propose", "--at", "18:00", "--zone", "UTC"};
  const std::vector<std::string> set = {"availability", "set", "--zone", "UTC", "--hours"};
  return {
      {With(propose, {}), "one of the two"},
      {With(propose, {"--weekly", "someday"}), "not a day of the week"},
      {With(propose, {"--rule", "FREQ=SECONDLY"}), "--rule"},
      {With(propose, {"--weekly", "mon", "--window", "300d"}), "--window"},
      {With(propose, {"--weekly", "mon", "--first", "soon"}), "not understood"},
      {With(propose, {"--weekly", "mon", "--reminders", "9"}), "--reminders"},
      {With(propose, {"--weekly", "mon", "--later", "--all"}), "only one of --all and --later"},
      {With(propose, {"--weekly", "mon", "--all", "--bond", "Kim"}), "goes without --bond"},
      {{"rhythm", "end", "--later", "--bond", "Kim"}, "goes without --bond"},
      {{"rhythm", "propose", "--weekly", "mon", "--at", "18:00", "--zone", "Atlantis"}, "--zone"},
      {{"rhythm", "propose", "--weekly", "mon", "--at", "25:00"}, "time of day"},
      {{"rhythm", "accept", "--bond", ""}, "whom you mean"},
      {{"rhythm", "end", "--bond", "a", "--bond", "b"}, "names one"},
      {With(set, {"never", "--reply-within", "1d"}), "--hours"},
      {With(set, {"mon 9-17", "--reply-within", "soon"}), "--reply-within"},
      {With(set, {"mon 9-17", "--reply-within", "4h", "--remind-before", "5h"}), "--remind-before"},
      {With(set, {"mon 9-17", "--reply-within", "4h", "--away", "whenever"}), "--away"},
      {{"availability", "away", "add", "whenever"}, "not understood"},
      {{"availability", "away", "remove", "2026-07-17..2026-07-06"}, "ends before it begins"},
      {{"promise", "move", "xyz", "--to", "tomorrow 9:00"}, "first 4 digits"},
      {{"promise", "move", "abcd", "--to", "tomorrow"}, "time of the day"},
      {{"promise", "move", "abcd", "--to", "yesterday 9:00"}, "time ahead"},
      {{"promise", "--bond", ""}, "whom you mean"},
      {{"ahead", "--text", "x"}, "give one of them"},
      {{"ahead", "--at", "yesterday 9:00", "--text", "x"}, "passed already"},
      {{"ahead", "--at", "in 700 days 9:00", "--text", "x"}, "more than a year"},
      {{"ahead", "--at", "whenever", "--text", "x"}, "not understood"},
      {{"ahead", "--at", "tomorrow 9:00", "--text", kLongText}, "too long"},
      {{"ahead", "--at", "tomorrow 9:00", "--opening", "2", "--text", "x"}, "goes with"},
      {{"ahead", "--when-opens", "--opening", "0", "--text", "x"}, "counts from 1"},
      {{"ahead", "--when-opens", "--opening", "soon", "--text", "x"}, "not understood"},
      {{"ahead", "--if-missed", "zz", "--text", "x"}, "first 4 digits"},
      {{"ahead", "withdraw", "zz"}, "first 4 digits"},
      {{"ahead", "release", "zz"}, "first 4 digits"},
      {{"ahead", "rewrite", "zz", "--text", "x"}, "first 4 digits"},
      {{"ahead", "rewrite", "abcd", "--text", kLongText}, "too long"},
      {{"pause", "--until", "whenever"}, "not understood"},
      {{"pause", "--until", "yesterday"}, "a day ahead"},
      {{"pause", "--until", "in 900 days"}, "within a year"},
      {{"resume", "--bond", ""}, "whom you mean"},
      {{"end"}, "--yes"},
      {{"end", "--yes", "--bond", ""}, "whom you mean"},
  };
}

std::vector<BadArguments> AllBad(const LockedProfile& profile) {
  std::vector<BadArguments> all = BadElsewhere(profile);
  for (BadArguments& bad : BadAlong()) all.push_back(std::move(bad));
  for (BadArguments& bad : BadDecisions()) all.push_back(std::move(bad));
  return all;
}

TEST_CASE("what is wrong with arguments is said before the vault is opened", "[arguments]") {
  const LockedProfile profile;
  for (const auto& [command, words] : AllBad(profile)) {
    const absl::Status refused = profile.Refusal(command);
    std::string typed;
    for (const std::string& word : command) typed += word.substr(0, 40) + " ";
    INFO(typed << ": " << FailureInWords(refused));
    CHECK(ReasonOf(refused) == Reason::kUsage);
    CHECK(FailureInWords(refused).find(words) != std::string::npos);
  }
  // The vault is what is refused where nothing else is wrong.
  for (const auto& command : std::vector<std::vector<std::string>>{
           {"status"},
           {"send", "--text", "hello"},
           {"show", "abcd"},
           {"resume"},
           {"promise", "move", "abcd", "--to", "tomorrow 9:00"}}) {
    const absl::Status refused = profile.Refusal(command);
    INFO(command.front() << ": " << FailureInWords(refused));
    CHECK_FALSE(refused.ok());
    CHECK(ReasonOf(refused) != Reason::kUsage);
    CHECK(ReasonOf(refused) == ReasonOf(profile.Refusal({"status"})));
  }
}

TEST_CASE("every command that takes arguments has them checked before the vault is opened",
          "[arguments]") {
  const LockedProfile profile;
  // These take none, or never open it.
  std::set<std::string> checked = {"next", "sync",       "watch",  "doctor",
                                   "lock", "completion", "manual", "caseload"};
  for (const BadArguments& bad : AllBad(profile)) checked.insert(bad.command.front());
  CLI::App app("", "holdfast");
  DeclareCommands(app);
  for (const CLI::App* const command : app.get_subcommands({})) {
    INFO(command->get_name());
    CHECK(checked.contains(command->get_name()));
  }
}

}  // namespace
}  // namespace holdfast::client::cli
