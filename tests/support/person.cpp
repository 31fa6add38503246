#include "support/person.h"

#include <sstream>
#include <stdexcept>
#include <utility>

namespace holdfast::test {
namespace {

// Empty where nothing was written.
std::string TextOf(const Json& message) {
  const Json text = message.value("text", Json());
  return text.is_null() ? "" : text.get<std::string>();
}

}  // namespace

Person::Person(std::filesystem::path home, std::string program)
    : home_(std::move(home)), program_(std::move(program)) {
  std::filesystem::create_directories(home_);
}

Command Person::CommandOf(std::vector<std::string> arguments, const std::string& input) const {
  std::map<std::string, std::string> environment = variables_;
  environment["HOLDFAST_HOME"] = home_.string();
  environment["HOLDFAST_PASSPHRASE"] = passphrase_;
  return {program_, std::move(arguments), std::move(environment), input};
}

Outcome Person::Try(std::vector<std::string> arguments, const std::string& input) {
  arguments.insert(arguments.begin(), "--json");
  return Run(CommandOf(std::move(arguments), input));
}

Outcome Person::TryPlain(std::vector<std::string> arguments, const std::string& input) {
  return Run(CommandOf(std::move(arguments), input));
}

Json Person::Do(std::vector<std::string> arguments, const std::string& input) {
  const std::string what = "holdfast " + arguments.at(0);
  const Outcome outcome = Try(std::move(arguments), input);
  if (outcome.exit_code != kExitOk) throw std::runtime_error(what + ": " + Describe(outcome));
  const Json document = Json::parse(outcome.out, nullptr, false);
  if (document.is_discarded()) throw std::runtime_error(what + " is not JSON: " + outcome.out);
  return document;
}

std::unique_ptr<Process> Person::Start(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "--json");
  return std::make_unique<Process>(CommandOf(std::move(arguments), ""));
}

std::vector<Complaint> ComplaintsIn(const Outcome& outcome) {
  std::vector<Complaint> complaints;
  std::istringstream lines(outcome.err);
  for (std::string line; std::getline(lines, line);) {
    const Json document = Json::parse(line, nullptr, false);
    if (!document.is_object()) continue;
    if (document.contains("error")) {
      const Json& error = document["error"];
      complaints.push_back({error.value("reason", ""), error.value("message", "")});
    }
    for (const Json& alarm : document.value("alarms", Json::array())) {
      complaints.push_back({alarm.value("reason", ""), alarm.value("text", "")});
    }
  }
  return complaints;
}

std::string ReasonIn(const Outcome& outcome) {
  const std::vector<Complaint> complaints = ComplaintsIn(outcome);
  return complaints.empty() ? "" : complaints.front().reason;
}

std::vector<std::string> TextsFrom(const Json& messages, const std::string& from) {
  std::vector<std::string> texts;
  for (const Json& message : messages) {
    if (message.at("from") == from) texts.push_back(TextOf(message));
  }
  return texts;
}

Json MessageWith(const Json& messages, const std::string& text) {
  Json found;
  for (const Json& message : messages) {
    if (TextOf(message) != text) continue;
    if (!found.is_null()) throw std::runtime_error("shown twice: " + text);
    found = message;
  }
  if (found.is_null()) throw std::runtime_error("not shown: " + text + " in " + messages.dump(1));
  return found;
}

}  // namespace holdfast::test
