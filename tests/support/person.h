// A person at their device: a profile of the real `holdfast`, whose commands are
// calls here.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/process.h"

namespace holdfast::test {

using Json = nlohmann::json;

// Exit codes of `holdfast`.
inline constexpr int kExitOk = 0;
inline constexpr int kExitDevice = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitRefused = 3;
inline constexpr int kExitUnreachable = 4;
inline constexpr int kExitIntegrity = 5;

class Person {
 public:
  // The profile lives in `home`, which is created.
  explicit Person(std::filesystem::path home, std::string program = HOLDFAST);

  // `holdfast --json <arguments>`, whatever comes of it.
  Outcome Try(std::vector<std::string> arguments, const std::string& input = "");
  // The same without --json: what a person reads.
  Outcome TryPlain(std::vector<std::string> arguments, const std::string& input = "");
  // Must succeed (throws); its document.
  Json Do(std::vector<std::string> arguments, const std::string& input = "");
  // Left running.
  std::unique_ptr<Process> Start(std::vector<std::string> arguments);

  Json Enroll(const std::string& code) { return Do({"enroll", "--code-file", "-"}, code); }
  std::string Invite() { return Do({"invite"}).at("invitation"); }
  Json Join(const std::string& invitation) {
    return Do({"join", "--invitation-file", "-"}, invitation);
  }
  Json CheckIn(const std::string& note, const std::string& need = "reply") {
    return Do(CheckInCommand(note, need), "{}");
  }
  static std::vector<std::string> CheckInCommand(const std::string& note,
                                                 const std::string& need = "reply") {
    return {"checkin", "--answers", "-", "--note", note, "--need", need};
  }
  Json Reply(const std::string& id, const std::string& text) {
    return Do({"reply", id, "--text", text});
  }
  Json Sync() { return Do({"sync"}); }
  // How its first bond stands.
  Json Standing() { return Do({"status"}).at("bonds").at(0).at("standing"); }
  // All messages, as this device has them: asks nobody.
  Json Inbox() { return Do({"inbox", "--all", "--offline"}).at("messages"); }

  const std::filesystem::path& home() const { return home_; }
  void set_passphrase(std::string passphrase) { passphrase_ = std::move(passphrase); }
  // Of the environment of its commands.
  void set_variable(const std::string& name, std::string value) {
    variables_[name] = std::move(value);
  }

 private:
  Command CommandOf(std::vector<std::string> arguments, const std::string& input) const;

  std::filesystem::path home_;
  std::string program_;
  std::string passphrase_ = "correct horse battery staple";
  std::map<std::string, std::string> variables_;
};

// The "reason" of the error document on standard error; empty where there is none.
std::string ReasonIn(const Outcome& outcome);

// Reason and words of everything that was said to be wrong: alarms and the error.
struct Complaint {
  std::string reason;
  std::string words;
};
std::vector<Complaint> ComplaintsIn(const Outcome& outcome);

// The texts of the messages that `from` ("me", "therapist", "client") wrote, in order.
std::vector<std::string> TextsFrom(const Json& messages, const std::string& from);
// The one message with this text; throws where there is none, or more than one.
Json MessageWith(const Json& messages, const std::string& text);

}  // namespace holdfast::test
