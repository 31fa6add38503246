// Showing what this device has, and what the practice adds to it: nobody waits for a practice that
// does not answer to see what is here already.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/cli/commands/command.h"
#include "client/cli/words/json_fwd.h"
#include "client/cli/words/summary_words.h"

namespace holdfast::client::cli {

// How far the practice has been asked when something is looked at.
enum class Asking : std::uint8_t { kNot, kStill, kEnded };

// What is said, piece by piece, and its document, to which `synced` and `sync_error` are added.
struct Reading {
  std::vector<std::string> pieces;  // Add() leaves a last line end out
  // Of the pieces, the one that says whether the practice was reached; it is no news by itself.
  std::optional<std::size_t> of_practice;
  Json document = Json::object();

  void Add(std::string piece);
};
// `sync` is OK until the practice has been asked.
using Look = std::function<absl::StatusOr<Reading>(Asking asking, const absl::Status& sync)>;

// Whether it is shown while the practice is asked, or once, when that has ended.
enum class Meanwhile : std::uint8_t { kShows, kWaits };

// Takes in what is new and shows what `look` finds; `offline`: what is here, and asks nobody. At a
// practice that has not answered within kSoonMs a terminal shows it as it is here, and behind it
// what the practice then adds; all of it again where something does not hold any more. Whatever
// else reads along gets it once, at the end. OK where the practice is away.
absl::Status ShowReading(Context& context, Device& device, bool offline, const Look& look,
                         Meanwhile meanwhile = Meanwhile::kShows);

// --offline, and that it goes with showing alone.
void AddOffline(CLI::App& command, bool& offline);
absl::Status CheckOffline(bool offline, bool shows);

// What of one's own is kept on this device.
absl::StatusOr<KeptHere> KeptHereOf(Engine& engine);

// "This is what has reached this device; the newest came today, 18:00."
std::string WhatIsHere(Device& device);

}  // namespace holdfast::client::cli
