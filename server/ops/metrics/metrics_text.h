// Prometheus' text format, version 0.0.4: each metric with what it means, its kind and its
// numbers. Nothing is escaped, for nothing that a stranger wrote comes in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "server/runtime/histogram.h"

namespace holdfast::server {

class MetricsText {
 public:
  // Only grows while the process lives; its name ends in _total.
  void Counter(std::string_view name, std::string_view help, std::uint64_t value);
  void Gauge(std::string_view name, std::string_view help, std::uint64_t value);
  // Milliseconds, said in seconds.
  void GaugeOfMs(std::string_view name, std::string_view help, std::uint64_t ms);
  void Durations(std::string_view name, std::string_view help, const HistogramReading& reading);

  // One metric with a label: Begin once, then a line for each of its values.
  void Begin(std::string_view name, std::string_view help, std::string_view kind);
  void Labelled(std::string_view name, std::string_view label, std::string_view of,
                std::uint64_t value);

  std::string Take() { return std::move(text_); }

 private:
  void Line(std::string_view name, std::string_view rest, std::string_view value);

  std::string text_;
};

// "0.0005" of 500: microseconds in seconds, exactly.
std::string SecondsOf(std::uint64_t us);

}  // namespace holdfast::server
