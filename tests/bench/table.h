// The figures, for people and as JSON.
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace holdfast::bench {

struct Target {
  enum class Kind { kAtLeast, kAtMost };
  Kind kind = Kind::kAtLeast;
  double bound = 0;
};

struct Figure {
  std::string name;
  std::string unit;
  std::vector<double> rounds;  // one value a round
  std::optional<Target> target;
  std::string limit;  // what keeps it from being better; empty where that is not known
};

double Median(std::vector<double> values);

// The value that `share` of them, from 0 to 1, do not exceed; 0 where there are none.
double Quantile(const std::vector<double>& ascending, double share);

// a[i] / b[i].
std::vector<double> Ratios(const std::vector<double>& a, const std::vector<double>& b);

// From seconds.
std::vector<double> Microseconds(std::vector<double> seconds);

class Table {
 public:
  void Add(Figure figure);

  void Print(std::ostream& out) const;
  nlohmann::json ToJson() const;
  // The names of the figures that did not come out: a round is missing, or not > 0.
  std::vector<std::string> Missing() const;

 private:
  std::vector<Figure> figures_;
};

}  // namespace holdfast::bench
