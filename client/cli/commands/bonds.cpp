#include "client/cli/commands/bonds.h"

#include <algorithm>
#include <utility>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/reading.h"
#include "client/cli/words/text.h"

namespace holdfast::client::cli {
namespace {

absl::StatusOr<std::vector<BondView>> Named(Device& device,
                                            const std::vector<std::string>& wanted) {
  std::vector<BondView> bonds;
  for (const std::string& one : wanted) {
    HOLDFAST_ASSIGN_OR_RETURN(const BondView bond, device.Bond(one));
    const bool again = std::ranges::count(bonds, bond.id, &BondView::id) != 0;
    if (!again) bonds.push_back(bond);
  }
  return bonds;
}

}  // namespace

absl::StatusOr<std::vector<BondView>> NamedBonds(Device& device,
                                                 const std::vector<std::string>& wanted) {
  if (!wanted.empty()) return Named(device, wanted);
  return device.engine().Bonds();
}

std::string NobodyYet(Device& device) {
  return device.engine().identity().role == crypto::Role::kTherapist
             ? "Nobody is here yet. \"holdfast invite\" makes an invitation for a client."
             : "Nobody is here yet.";
}

absl::Status ShowBonds(Context& context, const std::vector<std::string>& wanted, bool offline,
                       const ShowBond& show, const ShowMore& more) {
  return WithDevice(context, [&](Device& device) {
    const auto look = [&](Asking, const absl::Status&) -> absl::StatusOr<Reading> {
      HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, NamedBonds(device, wanted));
      HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
      HOLDFAST_ASSIGN_OR_RETURN(const auto standings, device.engine().Standings(bonds));
      Reading reading;
      Json documents = Json::array();
      for (const BondView& bond : bonds) {
        HOLDFAST_ASSIGN_OR_RETURN(BondShown shown,
                                  show(device, words, bond, standings.at(bond.id)));
        reading.Add(words.Other(bond.id) + " (" + ShortId(bond.id) + "): " + shown.text);
        documents.push_back(std::move(shown.document));
      }
      reading.document = {{"bonds", std::move(documents)}};
      if (more) {
        HOLDFAST_ASSIGN_OR_RETURN(std::string also, more(device, words, reading.document));
        if (!also.empty()) reading.Add(std::move(also));
      }
      if (reading.pieces.empty()) reading.Add(NobodyYet(device));
      return reading;
    };
    return ShowReading(context, device, offline, look);
  });
}

void AddBonds(CLI::App& command, std::vector<std::string>& bonds, const std::string& help) {
  command.add_option("--bond", bonds, help)
      ->check(Who())
      ->type_name("WHO")
      ->allow_extra_args(false);
}

}  // namespace holdfast::client::cli
