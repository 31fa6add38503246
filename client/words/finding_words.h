// The sentences of an examination: what was checked, and what to do where it is not good.
#pragma once

#include <string>

#include "client/core/shown/finding.h"

namespace holdfast::client {

std::string FindingText(const Finding& finding);

}  // namespace holdfast::client
