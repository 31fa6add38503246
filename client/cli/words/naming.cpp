#include "client/cli/words/naming.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <memory>

#include "client/cli/words/text.h"

namespace holdfast::client::cli {
namespace {

struct FreeMapped {
  void operator()(utf8proc_uint8_t* mapped) const { std::free(mapped); }
};

// In a form in which letters of either case, and accents however written, are the same.
std::string Folded(std::string_view text) {
  constexpr auto kForm =
      static_cast<utf8proc_option_t>(UTF8PROC_CASEFOLD | UTF8PROC_COMPOSE | UTF8PROC_STABLE);
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &mapped, kForm);
  const std::unique_ptr<utf8proc_uint8_t, FreeMapped> owner(mapped);
  if (size < 0) return std::string(text);
  return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)};
}

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
