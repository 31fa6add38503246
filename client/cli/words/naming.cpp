#include "client/cli/words/naming.h"

#include <algorithm>
#include <iterator>

#include "client/cli/words/folding.h"
#include "client/cli/words/text.h"

namespace holdfast::client::cli {
namespace {

template <class Meant>
std::vector<BondView> Those(const std::vector<BondView>& bonds, Meant meant) {
  std::vector<BondView> found;
  std::copy_if(bonds.begin(), bonds.end(), std::back_inserter(found), meant);
  return found;
}

}  // namespace

bool IsSameName(std::string_view one, std::string_view other) {
  return Folded(Trimmed(one)) == Folded(Trimmed(other));
}

std::vector<BondView> BondsMeant(const std::vector<BondView>& bonds, std::string_view wanted) {
  const std::string folded = Folded(Trimmed(wanted));
  if (folded.empty()) return {};
  auto found = Those(bonds, [&](const BondView& bond) { return bond.label == wanted; });
  if (!found.empty()) return found;
  found = Those(bonds, [&](const BondView& bond) { return IsSameName(bond.label, wanted); });
  if (!found.empty()) return found;
  return Those(bonds, [&](const BondView& bond) {
    const bool by_id = folded.size() >= kIdPrefixMin && bond.id.hex().starts_with(folded);
    return by_id || Folded(bond.label).starts_with(folded);
  });
}

}  // namespace holdfast::client::cli
