// What enrolling and joining have in common: a code from a person, a vault that may
// be half made from an earlier try, and the recovery code at the end.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "client/cli/commands/codes.h"

namespace holdfast::client::cli {

struct Welcome {
  std::string command;  // its name
  CodeAsked asked;
  std::function<void(Engine&, std::string_view text, Done<Enrolled>)> begin;
  // Whether the profile's account came of this very code, so that the end of an
  // interrupted try can be repeated.
  std::function<bool(Engine&, std::string_view text)> is_same;
  std::string done;  // the sentence at the end
};

// Shown once, in numbered lines, with what it is for.
void ShowRecoveryCode(const Output& out, const std::string& code);

// The code comes from `path`, or is asked for where that is empty. May be repeated
// after any failure.
absl::Status RunWelcome(Context& context, const Welcome& welcome, const std::string& path);

}  // namespace holdfast::client::cli
