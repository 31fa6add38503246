#include "client/forms/score.h"

#include <algorithm>

namespace holdfast::forms {

Score ScoreOf(const Form& form, const Answers& answers) {
  Score score;
  const std::vector<bool> asked = AskedItems(form, answers);
  for (std::size_t i = 0; i < form.items.size(); ++i) {
    const Item& item = form.items[i];
    if (!IsWeighted(item) || !asked[i]) continue;
    if (score.state == ScoreState::kNone) score.state = ScoreState::kScored;
    std::optional<Decimal> least, most;
    for (const Option& option : item.options) {
      if (!option.weight) continue;
      least = std::min(least.value_or(*option.weight), *option.weight);
      most = std::max(most.value_or(*option.weight), *option.weight);
    }
    score.lowest += *least;
    score.highest += *most;
    const Answer* answer = Find(answers, item.link_id);
    const Option* option = answer == nullptr ? nullptr : ChosenOption(item, *answer);
    if (option == nullptr || !option->weight) {
      score.state = ScoreState::kUnscored;
    } else {
      score.total += *option->weight;
    }
  }
  if (score.state != ScoreState::kScored) score.total = Decimal();
  if (score.state != ScoreState::kScored) return score;
  for (const Band& band : form.bands) {
    if (band.from <= score.total) score.band = band.text;
  }
  return score;
}

}  // namespace holdfast::forms
