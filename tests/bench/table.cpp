#include "bench/table.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <ostream>
#include <sstream>

#include "bench/options.h"

namespace holdfast::bench {
namespace {

constexpr int kNameWidth = 48;
constexpr int kUnitWidth = 16;
constexpr int kNumberWidth = 11;

// Three digits that mean something, and no exponent.
std::string Text(double value) {
  std::ostringstream out;
  const double size = std::abs(value);
  out << std::fixed << std::setprecision(size >= 100 ? 0 : size >= 10 ? 1 : 2) << value;
  return out.str();
}

bool Met(const Target& target, double value) {
  return target.kind == Target::Kind::kAtLeast ? value >= target.bound : value <= target.bound;
}

std::string TextOf(const Target& target, double value) {
  const std::string sign = target.kind == Target::Kind::kAtLeast ? ">= " : "<= ";
  return sign + Text(target.bound) + (Met(target, value) ? "  met" : "  MISSED");
}

bool CameOut(const Figure& figure) {
  return !figure.rounds.empty() && std::ranges::all_of(figure.rounds, [](double value) {
    return std::isfinite(value) && value > 0;
  });
}

}  // namespace

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double Quantile(const std::vector<double>& ascending, double share) {
  if (ascending.empty()) return 0;
  return ascending[static_cast<std::size_t>(share * static_cast<double>(ascending.size() - 1))];
}

std::vector<double> Ratios(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> result;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) result.push_back(a[i] / b[i]);
  return result;
}

std::vector<double> Microseconds(std::vector<double> seconds) {
  for (double& value : seconds) value *= 1e6;
  return seconds;
}

void Table::Add(Figure figure) { figures_.push_back(std::move(figure)); }

void Table::Print(std::ostream& out) const {
  out << std::left << std::setw(kNameWidth) << "figure" << std::setw(kUnitWidth) << "unit"
      << std::right << std::setw(kNumberWidth) << "median" << std::setw(kNumberWidth) << "lowest"
      << std::setw(kNumberWidth) << "highest"
      << "  target\n";
  for (const Figure& figure : figures_) {
    const double median = Median(figure.rounds);
    out << std::left << std::setw(kNameWidth) << figure.name << std::setw(kUnitWidth) << figure.unit
        << std::right << std::setw(kNumberWidth) << Text(median);
    if (!figure.rounds.empty()) {
      const auto [lowest, highest] = std::ranges::minmax(figure.rounds);
      out << std::setw(kNumberWidth) << Text(lowest) << std::setw(kNumberWidth) << Text(highest);
    }
    if (figure.target) out << "  " << TextOf(*figure.target, median);
    out << "\n";
    if (!figure.limit.empty()) out << "    limited by: " << figure.limit << "\n";
  }
}

nlohmann::json Table::ToJson() const {
  nlohmann::json all = nlohmann::json::array();
  for (const Figure& figure : figures_) {
    const double median = Median(figure.rounds);
    nlohmann::json one = {{"name", figure.name},
                          {"unit", figure.unit},
                          {"median", median},
                          {"rounds", figure.rounds},
                          {"limit", figure.limit}};
    if (figure.target) {
      const bool at_least = figure.target->kind == Target::Kind::kAtLeast;
      one["target"] = {{at_least ? "at_least" : "at_most", figure.target->bound},
                       {"met", Met(*figure.target, median)}};
    }
    all.push_back(std::move(one));
  }
  return all;
}

std::vector<std::string> Table::Missing() const {
  std::vector<std::string> names;
  for (const Figure& figure : figures_) {
    if (!CameOut(figure)) names.push_back(figure.name);
  }
  return names;
}

}  // namespace holdfast::bench
