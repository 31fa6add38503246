#include "client/cli/words/trend_words.h"

#include <algorithm>
#include <map>

#include "client/cli/words/columns.h"
#include "client/cli/words/form_words.h"
#include "client/cli/words/json.h"
#include "client/cli/words/text.h"
#include "client/forms/limits.h"
#include "client/forms/score.h"
#include "holdfast/v1/content.pb.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

constexpr std::size_t kTrendSlotsMax = 26;  // half a year of weeks
constexpr std::size_t kTrendColumns = 78;   // where it is not known how wide it may be
constexpr std::size_t kTrendIndent = 4;
constexpr std::uint32_t kTrendDays = 7;  // of a form that says nothing of its period
constexpr std::uint32_t kAskedDaysMax = forms::limits::kRecallDaysMax;

// One time that the form was asked, or would have been; null where nothing was answered.
using Slots = std::vector<const TrendPoint*>;

Slots SlotsOf(const Trend& trend) {
  const std::uint64_t step_ms = TrendStepDays(trend) * limits::kDayMs;
  const std::uint64_t last_ms = trend.points.back().at_ms;
  Slots slots(kTrendSlotsMax, nullptr);
  // Counted back from the newest; of two in one slot the newer one is drawn.
  for (const TrendPoint& point : trend.points) {
    const std::uint64_t back = (last_ms - point.at_ms + step_ms / 2) / step_ms;
    if (back < kTrendSlotsMax) slots[kTrendSlotsMax - 1 - back] = &point;
  }
  const auto first =
      std::ranges::find_if(slots, [](const TrendPoint* point) { return point != nullptr; });
  slots.erase(slots.begin(), first);
  return slots;
}

// As it stands in a column: a weight, a place, a number; "-" where it was left out.
std::string CellOf(const forms::Item& item, const forms::Answers& answers) {
  const forms::Answer* const answer = forms::Find(answers, item.link_id);
  if (answer == nullptr) return "-";
  const forms::Option* const option = forms::ChosenOption(item, *answer);
  if (option == nullptr) return forms::TextOf(item, *answer);
  if (option->weight) return TextOf(*option->weight);
  return std::to_string(option - item.options.data() + 1);
}

std::string KeyOf(const forms::Item& item) {
  std::string key;
  for (std::size_t i = 0; i < item.options.size(); ++i) {
    const forms::Option& option = item.options[i];
    key += (i == 0 ? "" : ", ") + (option.weight ? TextOf(*option.weight) : std::to_string(i + 1)) +
           " " + PrintableLine(option.text);
  }
  return key;
}

// The newest cells that fit, each as wide as the widest.
std::string RowOfCells(const std::vector<std::string>& cells, std::size_t columns) {
  std::size_t wide = 1;
  for (const std::string& cell : cells) wide = std::max(wide, cell.size());
  const std::size_t room = columns > kTrendIndent ? columns - kTrendIndent : 1;
  const std::size_t fit = std::max<std::size_t>(1, room / (wide + 1));
  std::string row(kTrendIndent, ' ');
  for (std::size_t i = cells.size() > fit ? cells.size() - fit : 0; i < cells.size(); ++i) {
    row += std::string(wide - cells[i].size(), ' ') + cells[i] + " ";
  }
  while (row.ends_with(' ')) row.pop_back();
  return row;
}

std::vector<std::string> CellsOf(const forms::Item& item, const Slots& slots) {
  std::vector<std::string> cells;
  for (const TrendPoint* point : slots) {
    cells.push_back(point == nullptr ? "" : CellOf(item, point->answers));
  }
  return cells;
}

std::vector<std::string> TotalsOf(const forms::Form& form, const Slots& slots) {
  std::vector<std::string> cells;
  for (const TrendPoint* point : slots) {
    const forms::Score score = point == nullptr ? forms::Score() : ScoreOf(form, point->answers);
    const bool scored = score.state == forms::ScoreState::kScored;
    cells.push_back(point == nullptr ? "" : scored ? TextOf(score.total) : "-");
  }
  return cells;
}

}  // namespace

std::vector<Trend> TrendsOf(const std::vector<MessageView>& messages,
                            const std::vector<forms::FormRef>& known) {
  std::vector<Trend> trends;
  std::map<std::string, std::uint32_t> asked;
  for (const MessageView& message : messages) {
    if (message.content && message.content->has_form_assignment()) {
      const v1::FormAssignment& assigned = message.content->form_assignment();
      if (!assigned.form().empty()) asked[assigned.canonical()] = assigned.every_days();
    }
    if (message.kind != Kind::kCheckIn || !message.content || !message.refusal.empty()) continue;
    const v1::CheckIn& check_in = message.content->check_in();
    const forms::FormRef form = FormOf(check_in, known);
    if (!form || check_in.answers_size() == 0) continue;
    auto found = std::ranges::find_if(
        trends, [&](const Trend& trend) { return trend.form->hash == form->hash; });
    if (found == trends.end()) found = trends.insert(trends.end(), Trend{form, {}, 0});
    found->points.push_back({message.id, message.sent_at_ms, AnswersIn(check_in)});
  }
  for (Trend& trend : trends) {
    std::ranges::stable_sort(trend.points, std::less<>(), &TrendPoint::at_ms);
    const auto found = asked.find(trend.form->Canonical());
    if (found != asked.end()) trend.asked_days = std::min(found->second, kAskedDaysMax);
  }
  return trends;
}

bool IsDrawn(const forms::Item& item) {
  return item.type == forms::ItemType::kChoice || item.type == forms::ItemType::kBoolean ||
         item.type == forms::ItemType::kInteger || item.type == forms::ItemType::kDecimal;
}

std::uint32_t TrendStepDays(const Trend& trend) {
  const std::uint32_t recall = trend.form->recall_days;
  return std::max(recall == 0 ? kTrendDays : recall, trend.asked_days);
}

std::string TrendInWords(const Words& words, const Trend& trend, std::size_t columns) {
  const std::size_t width = columns == 0 ? kTrendColumns : std::min(columns, kTrendColumns);
  const forms::Form& form = *trend.form;
  const Slots slots = SlotsOf(trend);
  std::string text = Fitted(PrintableLine(form.title) + ", version " + PrintableLine(form.version) +
                                ": a column " + EveryInWords(TrendStepDays(trend)) +
                                ", the last on " + words.Day(trend.points.back().at_ms) +
                                "; - is left out, and a gap is a time without this form.",
                            width) +
                     "\n";
  std::string key;
  for (const forms::Item& item : form.items) {
    if (!IsDrawn(item)) continue;
    const std::string own_key = KeyOf(item);
    if (!own_key.empty() && own_key != key) text += Fitted("\n" + own_key, width) + "\n";
    if (!own_key.empty()) key = own_key;
    text += Fitted(PrintableLine(item.text), width) + "\n" +
            RowOfCells(CellsOf(item, slots), width) + "\n";
  }
  if (words.is_client() || !form.IsScored()) return text;
  const std::string name = form.score_name.empty() ? "Total" : PrintableLine(form.score_name);
  return text + "\n" + name + " (- is not added up)\n" + RowOfCells(TotalsOf(form, slots), width) +
         "\n";
}

Json TrendJson(const Words& words, const Trend& trend) {
  Json points = Json::array();
  for (const TrendPoint& point : trend.points) {
    const forms::Score score = ScoreOf(*trend.form, point.answers);
    const bool tells = !words.is_client() && score.state == forms::ScoreState::kScored;
    points.push_back({{"message", point.message.hex()},
                      {"at", TimeJson(point.at_ms)},
                      {"total", tells ? Json::parse(TextOf(score.total)) : Json(nullptr)}});
  }
  return {{"name", trend.form->name},
          {"canonical", trend.form->Canonical()},
          {"hash", trend.form->hash.hex()},
          {"title", trend.form->title},
          {"points", points}};
}

}  // namespace holdfast::client::cli
