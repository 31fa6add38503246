// Whom a person means: a label as they remember it, or the beginning of an id.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "client/core/shown/shown.h"

namespace holdfast::client::cli {

// Of an id, to be taken for one.
inline constexpr std::size_t kIdPrefixMin = 4;

// Both are the same name, whatever the case.
bool IsSameName(std::string_view one, std::string_view other);

// Those that are meant: whose label it is, else whose label it is but for the case, else
// whose id or label begins with it. Several where it does not tell.
std::vector<BondView> BondsMeant(const std::vector<BondView>& bonds, std::string_view wanted);

}  // namespace holdfast::client::cli
