#include "server/ops/admin_message.h"

#include <nlohmann/json.hpp>

#include "rules/errors.h"

namespace holdfast::server {
namespace {

using nlohmann::json;

std::string Line(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

json Parse(std::string_view line) { return json::parse(line, nullptr, false); }

// The member where it is a string, else empty.
std::string Text(const json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get<std::string>() : "";
}

}  // namespace

std::string WriteAdminRequest(const std::string& command) { return Line({{"command", command}}); }

absl::StatusOr<std::string> ReadAdminRequest(std::string_view line) {
  std::string command = Text(Parse(line), "command");
  if (command.empty()) {
    return Refuse(Reason::kMalformedField, "command", "expected {\"command\": NAME}");
  }
  return command;
}

std::string WriteAdminAnswer(const absl::StatusOr<std::string>& answer) {
  if (answer.ok()) return Line({{"result", *answer}});
  const absl::string_view message = answer.status().message();
  return Line({{"reason", RowOf(ReasonOf(answer.status())).name},
               {"message", std::string(message.data(), message.size())}});
}

absl::StatusOr<std::string> ReadAdminAnswer(std::string_view line) {
  const json answer = Parse(line);
  if (answer.is_object() && answer.contains("result")) return Text(answer, "result");
  const auto reason = ReasonNamed(Text(answer, "reason"));
  if (!reason) {
    return Refuse(Reason::kUnreachable, "", "holdfastd did not answer: try again in a moment");
  }
  return Refuse(*reason, "", Text(answer, "message"));
}

}  // namespace holdfast::server
