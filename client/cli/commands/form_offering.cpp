#include "client/cli/commands/form_offering.h"

#include <iostream>

#include "client/cli/commands/form_questions.h"
#include "client/cli/commands/forms_asked.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/form_words.h"
#include "client/cli/words/text.h"
#include "client/forms/shipped.h"

namespace holdfast::client::cli {
namespace {

// Answers that make no sense before it is the weekly form.
constexpr int kOfferTriesMax = 3;

}  // namespace

absl::StatusOr<forms::FormRef> OfferForms(Device& device, const BondId& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto asked, AskedForms(device, bond));
  std::vector<forms::FormRef> offered = {forms::WeeklyForm()};
  std::string list = "Which form? Enter alone begins with the first.\n  1 " +
                     PrintableLine(offered.front()->title);
  ChoiceNames names = {{offered.front()->title, offered.front()->name}};
  for (const AskedForm& one : OfferedNow(asked, device.now_ms())) {
    if (one.form->url == offered.front()->url) continue;
    offered.push_back(one.form);
    names.push_back({one.form->title, one.form->name});
    list += "\n  " + std::to_string(offered.size()) + " " + PrintableLine(one.form->title) +
            ", which your therapist asks for " + EveryInWords(one.every_days);
  }
  if (offered.size() == 1) return offered.front();
  std::cerr << Fitted(list, PromptColumns()) << "\n";
  for (int i = 0; i < kOfferTriesMax; ++i) {
    absl::StatusOr<std::string> answer = std::string();
    HOLDFAST_RETURN_IF_ERROR(device.WithoutVault([&] { answer = AskLine("  > "); }));
    HOLDFAST_RETURN_IF_ERROR(answer.status());
    const std::string said = Trimmed(*answer);
    if (said.empty()) break;
    if (const auto chosen = ChoiceMeant(said, names)) {
      return offered[static_cast<std::size_t>(*chosen - 1)];
    }
    std::cerr << "A number from 1 to " << offered.size() << ", or the name beside it.\n";
  }
  return offered.front();
}

}  // namespace holdfast::client::cli
