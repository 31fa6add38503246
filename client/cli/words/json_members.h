// Members of a JSON object from elsewhere, each checked as it is read; the first that is not as it
// must be is remembered, and named.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "client/forms/bounded_json.h"
#include "rules/identifiers.h"

namespace holdfast::client::cli {

class JsonMembers {
 public:
  explicit JsonMembers(const forms::Json& object) : object_(object) {}

  // Empty while all was right.
  const std::string& wrong() const { return wrong_; }
  void Fail(std::string_view name) {
    if (wrong_.empty()) wrong_ = name;
  }
  // A member that nobody asked for is wrong too: what it says would be lost in silence.
  void Finish() {
    if (!object_.is_object()) return;
    for (const auto& [name, value] : object_.items()) {
      if (!read_.contains(name)) Fail(name);
    }
  }

  // Never null itself: a null where it is missing, which is wrong.
  const forms::Json& At(const char* name) {
    static const forms::Json kNone = nullptr;
    read_.insert(name);
    const auto found = object_.is_object() ? object_.find(name) : object_.end();
    if (object_.is_object() && found != object_.end()) return *found;
    Fail(name);
    return kNone;
  }
  bool Bool(const char* name) {
    const forms::Json& value = At(name);
    if (value.is_boolean()) return value.get<bool>();
    Fail(name);
    return false;
  }
  std::uint64_t Number(const char* name, std::uint64_t max) {
    const forms::Json& value = At(name);
    if (value.is_number_unsigned() && value.get<std::uint64_t>() <= max) {
      return value.get<std::uint64_t>();
    }
    Fail(name);
    return 0;
  }
  // Empty for null.
  std::string Text(const char* name, std::size_t bytes_max) {
    const forms::Json& value = At(name);
    if (value.is_null()) return {};
    if (value.is_string() && value.get_ref<const std::string&>().size() <= bytes_max) {
      return value.get<std::string>();
    }
    Fail(name);
    return {};
  }
  // 0 for null.
  std::uint64_t Time(const char* name);
  template <class Id>
  std::optional<Id> MaybeId(const char* name) {
    const forms::Json& value = At(name);
    if (value.is_null()) return std::nullopt;
    if (value.is_string()) {
      const auto bytes = FromHex(value.get_ref<const std::string&>(), name);
      const auto id = bytes.ok() ? Id::From(*bytes, name) : absl::StatusOr<Id>(bytes.status());
      if (id.ok() && id->hex() == value.get_ref<const std::string&>()) return *id;
    }
    Fail(name);
    return std::nullopt;
  }
  template <class Id>
  Id TheId(const char* name) {
    const auto id = MaybeId<Id>(name);
    if (!id) Fail(name);
    return id.value_or(Id());
  }
  // One of an enumeration, from 0 to `last`, by its name.
  template <class Enum, class Name>
  Enum Named(const char* name, Enum first, Enum last, const Name& name_of) {
    const std::string text = Text(name, kNameBytesMax);
    for (int i = static_cast<int>(first); i <= static_cast<int>(last); ++i) {
      if (name_of(static_cast<Enum>(i)) == text) return static_cast<Enum>(i);
    }
    Fail(name);
    return first;
  }

 private:
  static constexpr std::size_t kNameBytesMax = 64;

  const forms::Json& object_;
  std::set<std::string, std::less<>> read_;
  std::string wrong_;
};

}  // namespace holdfast::client::cli
