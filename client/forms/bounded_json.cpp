#include "client/forms/bounded_json.h"

#include <set>
#include <vector>

#include "client/forms/limits.h"
#include "rules/errors.h"

namespace holdfast::forms {
namespace {

// What is wrong beside the grammar, found while it is read: nothing deep is ever built.
struct Faults {
  std::vector<std::set<std::string>> names;  // of the objects that are open
  std::string twice;
  bool too_deep = false;

  bool Take(int depth, Json::parse_event_t event, const Json& parsed) {
    using Event = Json::parse_event_t;
    if (static_cast<std::size_t>(depth) > limits::kJsonDepthMax) too_deep = true;
    if (event == Event::object_start) names.emplace_back();
    if (event == Event::object_end && !names.empty()) names.pop_back();
    if (event == Event::key && !names.empty()) {
      const auto& name = parsed.get_ref<const std::string&>();
      if (!names.back().insert(name).second && twice.empty()) twice = name;
    }
    return !too_deep;
  }
};

}  // namespace

absl::StatusOr<Json> ParseBounded(std::string_view bytes, std::size_t bytes_max,
                                  std::string_view what) {
  if (bytes.size() > bytes_max) {
    return Refuse(Reason::kTooLarge, what,
                  "has " + std::to_string(bytes.size()) + " bytes; at most " +
                      std::to_string(bytes_max) + " are read");
  }
  Faults faults;
  Json parsed = Json::parse(
      bytes,
      [&](int depth, Json::parse_event_t event, Json& value) {
        return faults.Take(depth, event, value);
      },
      false);
  if (faults.too_deep) {
    return Refuse(Reason::kTooLarge, what,
                  "is nested more than " + std::to_string(limits::kJsonDepthMax) + " levels deep");
  }
  if (!faults.twice.empty()) {
    return Refuse(
        Reason::kMalformedField, what,
        "has \"" + faults.twice.substr(0, limits::kCodeBytesMax) + "\" twice in one object");
  }
  if (parsed.is_object()) return parsed;
  return Refuse(Reason::kMalformedField, what, "is not one JSON object in UTF-8");
}

absl::Status RefuseEmpty(const Json& value, const std::string& path) {
  const bool is_text = value.is_string();
  const bool empty = value.is_null() || (value.is_structured() && value.empty()) ||
                     (is_text && value.get_ref<const std::string&>().empty());
  if (empty && !path.empty()) {
    return Refuse(Reason::kMalformedField, path, "has nothing in it; FHIR wants it left out then");
  }
  if (value.is_object()) {
    for (const auto& [name, member] : value.items()) {
      HOLDFAST_RETURN_IF_ERROR(RefuseEmpty(member, path.empty() ? name : path + "." + name));
    }
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      HOLDFAST_RETURN_IF_ERROR(RefuseEmpty(value[i], path + "[" + std::to_string(i) + "]"));
    }
  }
  return absl::OkStatus();
}

std::string CanonicalBytes(const Json& value) { return value.dump(); }

absl::StatusOr<std::string> OptionalTextIn(const Json& object, const char* name,
                                           std::size_t bytes_max, const std::string& path) {
  const auto found = object.find(name);
  if (found == object.end()) return std::string();
  const std::string field = path.empty() ? name : path + "." + name;
  if (!found->is_string()) return Refuse(Reason::kMalformedField, field, "must be text");
  std::string text = found->get<std::string>();
  if (text.size() <= bytes_max) return text;
  return Refuse(Reason::kTooLarge, field,
                "has " + std::to_string(text.size()) + " bytes; at most " +
                    std::to_string(bytes_max) + " fit");
}

absl::StatusOr<std::string> TextIn(const Json& object, const char* name, std::size_t bytes_max,
                                   const std::string& path) {
  HOLDFAST_ASSIGN_OR_RETURN(std::string text, OptionalTextIn(object, name, bytes_max, path));
  if (!text.empty()) return text;
  return Refuse(Reason::kMalformedField, path.empty() ? name : path + "." + name,
                "is missing, and must be text");
}

}  // namespace holdfast::forms
