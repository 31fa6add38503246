#include "simulation/marks/told_apart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "simulation/marks/day_view.h"
#include "simulation/randomness.h"

namespace holdfast::simulation {
namespace {

// A day's features and those of the next.
constexpr std::size_t kWidth = 2 * std::tuple_size_v<Features>;
using Row = std::array<double, kWidth>;

// The days of one life on which a mark could be made.
struct Group {
  std::vector<Row> rows;
  std::vector<bool> labels;
};

Group GroupOf(const LivedYear& life) {
  Group group;
  for (std::size_t day = 0; day + 1 < life.days.size(); ++day) {
    if (!life.days[day].could_mark) continue;
    Row row{};
    const Features here = FeaturesOf(life.days[day]);
    const Features next = FeaturesOf(life.days[day + 1]);
    std::ranges::copy(here, row.begin());
    std::ranges::copy(next, row.begin() + here.size());
    group.rows.push_back(row);
    group.labels.push_back(life.days[day].has_mark);
  }
  return group;
}

// Each feature as so many of its own standard deviations from the life's mean.
void Standardise(Group& group) {
  const double count = static_cast<double>(group.rows.size());
  for (std::size_t i = 0; i < kWidth; ++i) {
    double sum = 0, squares = 0;
    for (const Row& row : group.rows) sum += row[i];
    for (const Row& row : group.rows) squares += (row[i] - sum / count) * (row[i] - sum / count);
    const double deviation = std::sqrt(squares / count);
    for (Row& row : group.rows) {
      row[i] = deviation > 0 ? (row[i] - sum / count) / deviation : 0;
    }
  }
}

struct Difference {
  double largest = 0;
  std::size_t feature = 0;
};

// The sum over days with a mark, which is zero in the mean; over all lives.
Difference DifferenceOf(const std::vector<Group>& groups) {
  Row sums{};
  for (const Group& group : groups) {
    for (std::size_t day = 0; day < group.rows.size(); ++day) {
      if (!group.labels[day]) continue;
      for (std::size_t i = 0; i < kWidth; ++i) sums[i] += group.rows[day][i];
    }
  }
  Difference difference;
  for (std::size_t i = 0; i < kWidth; ++i) {
    if (std::abs(sums[i]) > difference.largest) difference = {std::abs(sums[i]), i};
  }
  return difference;
}

void Deal(Group& group, Randomness& random) {
  for (std::size_t i = group.labels.size(); i > 1; --i) {
    const std::size_t other = random.Below(i);
    const bool label = group.labels[i - 1];
    group.labels[i - 1] = group.labels[other];
    group.labels[other] = label;
  }
}

std::string NameOfFeature(std::size_t feature) {
  const std::size_t width = kFeatureNames.size();
  return std::string(kFeatureNames[feature % width]) + (feature < width ? "" : ", the day after");
}

}  // namespace

ToldApart TellApart(const std::vector<LivedYear>& lives, std::uint64_t seed, std::size_t deals) {
  std::vector<Group> groups;
  ToldApart told;
  for (const LivedYear& life : lives) {
    Group& group = groups.emplace_back(GroupOf(life));
    Standardise(group);
    for (const bool has_mark : group.labels) ++(has_mark ? told.with : told.without);
  }
  const Difference truth = DifferenceOf(groups);
  Randomness random(seed);
  std::size_t as_large = 1;  // the truth itself
  for (std::size_t deal = 0; deal < deals; ++deal) {
    for (Group& group : groups) Deal(group, random);
    if (DifferenceOf(groups).largest >= truth.largest) ++as_large;
  }
  told.chance = static_cast<double>(as_large) / static_cast<double>(deals + 1);
  told.by = NameOfFeature(truth.feature);
  return told;
}

}  // namespace holdfast::simulation
