// What commands that decide something have in common: whom it is about, showing what will be
// signed before it is, and saying what has become of it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "client/cli/commands/bonds.h"
#include "client/cli/commands/command.h"
#include "rules/zone.h"

namespace holdfast::client::cli {

// What this device's own clock shows.
LocalMs OwnNow();

inline constexpr std::string_view kYesHelp =
    "Do not ask before it is signed; what was signed is said";

// Nothing is signed unseen: at a terminal and without `yes`, shows `words` and asks. Declined()
// where they say no; nothing has been signed then. True where it was asked; else whoever signs says
// `words` once that is done.
absl::StatusOr<bool> AskToSign(const Context& context, Device& device, const std::string& words,
                               bool yes, std::string_view question = "Sign it? y/n: ");

using Decide = std::function<absl::StatusOr<ActId>(Engine&, const BondView&)>;
using DecideForAll =
    std::function<absl::StatusOr<Engine::DecidedForAll>(Engine&, const std::vector<BondView>&)>;
struct Deciding {
  std::vector<std::string> bonds = {};  // --bond; none: the only one
  bool all = false;                     // none: every one that has not ended
  bool yes = false;
  // Before anything is shown: what will be signed, as things stand now. None: it is known.
  std::function<absl::Status(Device&, const std::vector<BondView>&)> plan = {};
  // What will be signed, in whole sentences; none: it is not asked.
  std::function<absl::StatusOr<std::string>(Device&, const std::vector<BondView>&)> show = {};
  // Shows it and asks in another way than AskToSign.
  std::function<absl::Status(Device&, const std::string& words)> ask = {};
  // After the yes, before the first is signed.
  std::function<absl::Status(Engine&)> before = {};
  Decide decide = {};         // for one bond after the other
  DecideForAll for_all = {};  // or for those of them that it concerns, at once
};

// Takes in what is new, makes sure that none of it would be refused, shows and asks, decides for
// each of the bonds, sends it, and says what has become of it.
absl::Status DecideAndSay(Context& context, Device& device, const Deciding& deciding);

}  // namespace holdfast::client::cli
