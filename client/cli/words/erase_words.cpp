#include "client/cli/words/erase_words.h"

#include <algorithm>

#include "client/cli/words/json.h"
#include "client/cli/words/text.h"

namespace holdfast::client::cli {
namespace {

std::string HowMany(std::size_t count, const std::string& one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

std::string WhyThese(StaysBecause why, std::size_t count) {
  const std::string are = count == 1 ? " has" : " have";
  switch (why) {
    case StaysBecause::kNotSent:
      return are + " not gone out yet: erase again once the practice has " +
             (count == 1 ? "it." : "them.");
    case StaysBecause::kWaits:
      return (count == 1 ? " was" : " were") +
             std::string(" written ahead and waits: \"holdfast ahead withdraw\" takes it back.");
    case StaysBecause::kNotSafe:
      return (count == 1 ? " says" : " say") +
             std::string(
                 " that somebody may not be safe: say first that you have seen it "
                 "(holdfast seen).");
  }
  return "";
}

}  // namespace

std::string CountOfErased(const Erased& erased) {
  std::string text = HowMany(erased.messages, "message");
  if (erased.drafts != 0) text += " and " + HowMany(erased.drafts, "draft");
  return text;
}

std::string BeforeErasing(const Words& words, const Erased& erased, const std::string& what,
                          const std::string& others) {
  const std::string they = AsSentence(others);
  return "This erases " + what + " for good (" + CountOfErased(erased) +
         "): words, answers, forms asked for, the words of a mark, and what you keep to find it "
         "again. It goes from "
         "this device now, and from your other devices when they next reach the practice. Nothing "
         "brings it back here, neither another device nor your recovery code.\n\n"
         "What stays:\n"
         "- here: that there was a message, of what kind and when, whether it arrived and was "
         "answered, and that you erased it.\n"
         "- " +
         they.substr(0, they.size() - (they.ends_with('.') ? 1 : 0)) +
         ": all that reached them. Only they can erase theirs" +
         (words.is_client() ? ", and a therapist may have to keep records for years.\n" : ".\n") +
         "- the practice: sealed bytes, and in its backups, as long as it keeps them. Keys to them "
         "stay sealed in your account's archive there, which your devices and your recovery code "
         "open.\n"
         "- elsewhere: files that you exported, copies of this device's vault, and whatever a disk "
         "keeps of what was overwritten." +
         (words.is_client() ? ""
                            : "\n\nYou may have a duty to keep records. Holdfast does not "
                              "know it; please make sure before you go on.");
}

std::string AfterErasing(const Erased& erased) {
  std::string text =
      erased.messages + erased.drafts == 0
          ? "Nothing was erased."
          : CountOfErased(erased) +
                (erased.messages + erased.drafts == 1 ? " is erased." : " are erased.");
  if (erased.messages != 0) text += " Each keeps its place, with the day on which you erased it.";
  if (erased.before != 0) {
    text += " " + HowMany(erased.before, "message") + " had been erased before.";
  }
  for (const StaysBecause why :
       {StaysBecause::kNotSent, StaysBecause::kWaits, StaysBecause::kNotSafe}) {
    const auto count =
        static_cast<std::size_t>(std::ranges::count(erased.stays, why, &Erased::Stays::why));
    if (count != 0) text += " " + HowMany(count, "message") + WhyThese(why, count);
  }
  return text;
}

std::string BeforeErasingEverything(const std::string& profile, const Words& words,
                                    const std::vector<BondView>& open, std::size_t queued) {
  std::string text =
      "This removes the profile \"" + profile +
      "\" from this device for good: all messages, drafts, names and keys in it. Only another "
      "device of yours or your recovery code brings the account back; without either, nothing "
      "does.";
  if (queued != 0) {
    text += " " + HowMany(queued, "message") + (queued == 1 ? " has" : " have") +
            " not gone out yet and would be lost: \"holdfast "
            "sync\" sends what waits.";
  }
  text +=
      "\n\nIt tells nobody, and it ends nothing. To leave the practice properly, before this:\n"
      "- holdfast export --output FILE, if you want to keep a copy of your own.\n";
  for (const BondView& bond : open) {
    text += "- holdfast end --bond " + ShortId(bond.id) + ", which ends your bond with " +
            words.Other(bond.id) + ": until then they go on writing to you.\n";
  }
  return text +
         "- ask the practice what of yours it deletes, and what it has to keep, for how long.\n\n"
         "What stays: what the other side has; what the practice keeps, sealed, and its backups; "
         "your other devices; files that you exported, copies of this vault, and whatever a disk "
         "keeps of what was overwritten.";
}

Json ErasedJson(const Erased& erased) {
  Json stays = Json::array();
  for (const Erased::Stays& one : erased.stays) {
    stays.push_back({{"message", one.message.hex()}, {"why", NameOf(one.why)}});
  }
  return {{"messages", erased.messages},
          {"before", erased.before},
          {"drafts", erased.drafts},
          {"stays", stays}};
}

}  // namespace holdfast::client::cli
