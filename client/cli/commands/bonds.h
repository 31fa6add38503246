// The bonds that a command is about: named by --bond, each once, and shown one after the other.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "client/cli/commands/command.h"
#include "client/cli/words/json.h"

namespace holdfast::client::cli {

// A --bond that may be left out, as a list.
inline std::vector<std::string> OneBond(const std::string& bond) {
  return bond.empty() ? std::vector<std::string>() : std::vector<std::string>{bond};
}

// The bonds that are named, each once; every one, ended ones too, where none is.
absl::StatusOr<std::vector<BondView>> NamedBonds(Device& device,
                                                 const std::vector<std::string>& wanted);
// Where there is nothing to show: who could be here, and how.
std::string NobodyYet(Device& device);

// How a bond is shown: its words, behind its name, and its document.
struct BondShown {
  std::string text;
  Json document;
};
using ShowBond = std::function<absl::StatusOr<BondShown>(Device&, const Words&, const BondView&,
                                                         const StandingView&)>;
// Takes in what is new, unless `offline`, and shows those bonds, or every one. `more` adds to the
// document, and has what is said behind them, or nothing.
using ShowMore = std::function<absl::StatusOr<std::string>(Device&, const Words&, Json& document)>;
absl::Status ShowBonds(Context& context, const std::vector<std::string>& wanted, bool offline,
                       const ShowBond& show, const ShowMore& more = {});

// --bond, which may be given several times.
void AddBonds(CLI::App& command, std::vector<std::string>& bonds, const std::string& help);

}  // namespace holdfast::client::cli
