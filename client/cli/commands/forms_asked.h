// The forms that a therapist asks for, and when each is asked again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cli/commands/device.h"

namespace holdfast::client::cli {

struct AskedForm {
  BondId bond;
  std::string canonical;  // its url|version
  forms::FormRef form;    // null where this version of Holdfast cannot read it
  std::uint32_t every_days = 0;
  std::uint64_t asked_ms = 0;  // when the therapist asked for it
  std::uint64_t last_ms = 0;   // when it was answered last, whichever version of it; 0: never
  std::uint64_t due_ms = 0;    // from when on it is offered
};

// Those of one bond or of all that are asked for now: of two about one url the later one holds.
absl::StatusOr<std::vector<AskedForm>> AskedForms(Device& device,
                                                  const std::optional<BondId>& bond);

// Of these, what is offered now.
std::vector<AskedForm> OfferedNow(const std::vector<AskedForm>& asked, std::uint64_t now_ms);

}  // namespace holdfast::client::cli
