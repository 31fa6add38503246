// erase: what somebody wants gone from their own side: messages, a bond's history, or a profile.
#include <iostream>
#include <memory>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/outgoing.h"
#include "client/cli/commands/reading.h"
#include "client/cli/commands/unlocking.h"
#include "client/cli/terminal/editor.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/erase_words.h"
#include "client/cli/words/json.h"
#include "client/cli/words/pasted_text.h"
#include "client/cli/words/text.h"
#include "client/core/outside/limits.h"
#include "client/storage/overwriting.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

constexpr std::string_view kEraseWord = "erase";

struct EraseOptions {
  std::vector<std::string> ids;
  std::string bond;
  bool history = false;
  bool everything = false;
  bool for_good = false;
  bool offline = false;
};

absl::Status CheckEraseOptions(const Context& context, const EraseOptions& options) {
  const int kinds =
      (options.ids.empty() ? 0 : 1) + (options.history ? 1 : 0) + (options.everything ? 1 : 0);
  if (kinds != 1) {
    return Refuse(Reason::kUsage, "ID",
                  "name what is to be erased: messages by the first digits of their ids, or "
                  "--history, or --everything, and one of these alone");
  }
  if (!options.bond.empty() && !options.history) {
    return Refuse(Reason::kUsage, "--bond", "says whose --history is meant");
  }
  if (options.ids.size() > limits::kErasedPerCommitMax) {
    return Refuse(Reason::kUsage, "ID", "is one of more than can be erased at once (256)");
  }
  for (const std::string& id : options.ids) HOLDFAST_RETURN_IF_ERROR(CheckMessagePrefix(id));
  if (options.for_good || AsksPeople(context)) return absl::OkStatus();
  return Refuse(Reason::kUsage, "--erase-for-good",
                "is needed where nobody can be asked whether it is meant");
}

// The word, typed: nothing that is done by habit.
absl::Status ConfirmErasing(Device& device, const std::string& what, bool for_good) {
  if (for_good) return absl::OkStatus();
  bool meant = false;
  HOLDFAST_RETURN_IF_ERROR(device.WithoutVault([&] {
    std::cerr << Fitted(what, PromptColumns()) << "\n";
    const auto answer = AskToDecide("\nTo erase it, write \"erase\"; Enter alone keeps it: ");
    meant = answer && PlainWords(*answer) == kEraseWord;
  }));
  return meant ? absl::OkStatus() : Declined("nothing was erased; all is as it was");
}

// What has been erased is told to the other devices, then overwritten here.
absl::Status FinishErasing(Context& context, Device& device, const EraseOptions& options,
                           const Erased& erased) {
  context.has_acted = true;
  const HeldSignals held;
  const absl::Status sync = options.offline ? absl::OkStatus() : device.Sync(kBriefSyncMs).status();
  const absl::Status purged = device.engine().PurgeErased();
  context.out.Say(AfterErasing(erased));
  if (!purged.ok()) {
    context.out.Say(
        "The vault's file could not be written anew, so sealed bytes of it may still "
        "lie there; the next \"holdfast erase\" does it once more.");
  }
  Json document = WithSync(ErasedJson(erased), sync);
  if (options.offline) document["synced"] = false;
  document["overwritten"] = purged.ok();
  context.out.Document(std::move(document));
  EndIfSignalled(context);
  if (!sync.ok() && !IsAway(sync)) return sync;
  return absl::OkStatus();
}

absl::Status EraseChosen(Context& context, Device& device, const EraseOptions& options) {
  std::vector<EnvelopeId> ids;
  Erased planned;
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  std::string named, others;
  for (const std::string& prefix : options.ids) {
    HOLDFAST_ASSIGN_OR_RETURN(const MessageView message, device.engine().Message(prefix));
    ids.push_back(message.id);
    planned.messages += message.erased_at_ms == 0 ? 1 : 0;
    named += "\n- " + ShortId(message.id) + ": " + words.Title(message) + ", " +
             words.Time(message.sent_at_ms);
    const std::string other = words.Other(message.bond);
    if (others.find(other) == std::string::npos) others += (others.empty() ? "" : ", ") + other;
  }
  HOLDFAST_RETURN_IF_ERROR(
      device.engine().Rehearse([&](Engine& engine) { return engine.Erase(ids).status(); }));
  HOLDFAST_RETURN_IF_ERROR(
      ConfirmErasing(device, BeforeErasing(words, planned, "what these say", others) + "\n" + named,
                     options.for_good || planned.messages == 0));
  HOLDFAST_ASSIGN_OR_RETURN(const Erased erased, device.engine().Erase(ids));
  return FinishErasing(context, device, options, erased);
}

absl::Status EraseOfBond(Context& context, Device& device, const EraseOptions& options) {
  HOLDFAST_ASSIGN_OR_RETURN(const BondView bond, device.Bond(options.bond));
  HOLDFAST_ASSIGN_OR_RETURN(const Erased planned, device.engine().ErasableOf(bond.id));
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  const std::string other = words.Other(bond.id);
  HOLDFAST_RETURN_IF_ERROR(ConfirmErasing(
      device, BeforeErasing(words, planned, "all that was written between you and " + other, other),
      options.for_good || planned.messages + planned.drafts == 0));
  HOLDFAST_ASSIGN_OR_RETURN(const Erased erased, device.engine().EraseHistory(bond.id));
  return FinishErasing(context, device, options, erased);
}

absl::StatusOr<std::string> WhatGoesWithProfile(Device& device, const std::string& profile) {
  if (!device.engine().has_account()) {
    return BeforeErasingEverything(profile, Words(crypto::Role::kClient, {}, 0), {}, 0);
  }
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  HOLDFAST_ASSIGN_OR_RETURN(std::vector<BondView> open, device.engine().Bonds());
  HOLDFAST_ASSIGN_OR_RETURN(const auto standings, device.engine().Standings(open));
  std::erase_if(open, [&](const BondView& bond) { return standings.at(bond.id).ended; });
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t queued, device.engine().Queued());
  return BeforeErasingEverything(profile, words, open, queued);
}

absl::Status EraseProfile(Context& context, const EraseOptions& options) {
  const Profile& profile = context.profile;
  std::string what;
  {
    HOLDFAST_ASSIGN_OR_RETURN(const std::unique_ptr<Device> device, Device::Open(profile));
    HOLDFAST_ASSIGN_OR_RETURN(what, WhatGoesWithProfile(*device, profile.name()));
    HOLDFAST_RETURN_IF_ERROR(ConfirmErasing(*device, what, options.for_good));
  }
  HOLDFAST_RETURN_IF_ERROR(EndAgents(PlacesOf(profile.vault())).problem);
  HOLDFAST_RETURN_IF_ERROR(DestroyVault(profile.vault(), kVaultWait));
  std::error_code error;
  std::string elsewhere;
  for (const auto& file : PrivateFile::Left(profile.folder())) {
    // In memory there may be one of another profile.
    if (file.native().starts_with(profile.folder().native() + "/")) {
      HOLDFAST_RETURN_IF_ERROR(OverwriteAndRemove(file));
      std::filesystem::remove(file.parent_path(), error);
    } else {
      elsewhere += " A text that an editor left is still at " + file.string() + ".";
    }
  }
  const bool is_empty = std::filesystem::remove(profile.folder(), error);
  context.out.Say("The profile \"" + profile.name() + "\" is gone from this device." +
                  (is_empty ? ""
                            : " Its folder holds other files, which are not Holdfast's and stay: " +
                                  profile.folder().string()) +
                  elsewhere + " Nobody was told, and no bond was ended by it.");
  if (options.for_good) context.out.Say(what);
  context.out.Document({{"profile", profile.name()}, {"removed", true}});
  return absl::OkStatus();
}

absl::Status RunErase(Context& context, const EraseOptions& options) {
  HOLDFAST_RETURN_IF_ERROR(CheckEraseOptions(context, options));
  if (options.everything) return EraseProfile(context, options);
  return WithDevice(context, [&](Device& device) {
    if (options.offline) device.AskNobody();
    return options.history ? EraseOfBond(context, device, options)
                           : EraseChosen(context, device, options);
  });
}

}  // namespace

Command EraseCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("erase", "Erase on your own side what was written, for good");
  const auto options = std::make_shared<EraseOptions>();
  command->add_option("ID", options->ids, "Messages; the first 4 digits of each id or more");
  command->add_flag("--history", options->history,
                    "All that was written in a bond, and its drafts");
  command->add_option("--bond", options->bond, "Whose history, where there are several")
      ->check(Who())
      ->type_name("WHO");
  command->add_flag("--everything", options->everything,
                    "This whole profile, from this device alone");
  command->add_flag("--erase-for-good", options->for_good,
                    "Do not ask whether it is meant; needed wherever nobody is asked, since "
                    "nothing brings it back");
  AddOffline(*command, options->offline);
  command->footer(
      "It erases on your side only: this device, and with the next exchange your other devices.\n"
      "A message keeps its place, with its time and kind; the other side keeps what reached them,\n"
      "the practice its sealed bytes and backups, and a therapist may have to keep records. "
      "Before\n"
      "anything goes all this is said, and you write the word \"erase\".\n\n"
      "Two messages: holdfast erase 3f9a 77c0. A bond: holdfast erase --history --bond anna. To\n"
      "leave a practice: holdfast end, then holdfast erase --everything.");
  return {command, [options](Context& context) { return RunErase(context, *options); }};
}

}  // namespace holdfast::client::cli
