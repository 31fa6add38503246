// What commands that decide something have in common: whom it is about, showing what will be
// signed before it is, and saying what has become of it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "client/cli/commands/command.h"
#include "rules/zone.h"

namespace holdfast::client::cli {

// A --bond that may be left out, as a list.
inline std::vector<std::string> OneBond(const std::string& bond) {
  return bond.empty() ? std::vector<std::string>() : std::vector<std::string>{bond};
}

// What this device's own clock shows.
LocalMs OwnNow();

inline constexpr std::string_view kYesHelp =
    "Do not ask before it is signed; what was signed is said";

// Nothing is signed unseen: shows `words` and, at a terminal and without --yes, asks. usage where
// they say no; nothing has been signed then.
absl::Status AskToSign(const Context& context, Device& device, const std::string& words, bool yes,
                       std::string_view question = "Sign it? y/n: ");

using Decide = std::function<absl::StatusOr<ActId>(Engine&, const BondView&)>;
struct Deciding {
  std::vector<std::string> bonds = {};  // --bond; none: the only one
  bool all = false;                     // none: every one that has not ended
  bool yes = false;
  // What will be signed, in whole sentences; none: it is not asked.
  std::function<absl::StatusOr<std::string>(Device&, const std::vector<BondView>&)> show = {};
  // After the yes, before the first is signed.
  std::function<absl::Status(Engine&)> before = {};
  // Those for whom nothing is to be decided; none: nobody.
  std::function<bool(const BondView&)> skip = {};
  Decide decide;
};

// Takes in what is new, shows and asks, decides for each of the bonds, sends it, and says
// what has become of it.
absl::Status DecideAndSay(Context& context, Device& device, const Deciding& deciding);

// The bonds that are named, each once; every one, ended ones too, where none is.
absl::StatusOr<std::vector<BondView>> BondsToShow(Device& device,
                                                  const std::vector<std::string>& wanted);
// Where there is nothing to show: who could be here, and how.
std::string NobodyYet(Device& device);

// --bond, which may be given several times.
void AddBonds(CLI::App& command, std::vector<std::string>& bonds, const std::string& help);

}  // namespace holdfast::client::cli
