#include "server/ops/metrics/metrics_text.h"

namespace holdfast::server {

void MetricsText::Begin(std::string_view name, std::string_view help, std::string_view kind) {
  text_.append("# HELP ").append(name).append(" ").append(help).append("\n");
  text_.append("# TYPE ").append(name).append(" ").append(kind).append("\n");
}

void MetricsText::Line(std::string_view name, std::string_view rest, std::string_view value) {
  text_.append(name).append(rest).append(" ").append(value).append("\n");
}

void MetricsText::Counter(std::string_view name, std::string_view help, std::uint64_t value) {
  Begin(name, help, "counter");
  Line(name, "", std::to_string(value));
}

void MetricsText::Gauge(std::string_view name, std::string_view help, std::uint64_t value) {
  Begin(name, help, "gauge");
  Line(name, "", std::to_string(value));
}

void MetricsText::GaugeOfMs(std::string_view name, std::string_view help, std::uint64_t ms) {
  Begin(name, help, "gauge");
  Line(name, "", SecondsOf(ms * 1000));
}

void MetricsText::Labelled(std::string_view name, std::string_view label, std::string_view of,
                           std::uint64_t value) {
  std::string braces("{");
  braces.append(label).append("=\"").append(of).append("\"}");
  Line(name, braces, std::to_string(value));
}

void MetricsText::Durations(std::string_view name, std::string_view help,
                            const HistogramReading& reading) {
  Begin(name, help, "histogram");
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < reading.counts.size(); ++i) {
    so_far += reading.counts[i];
    const bool is_last = i == reading.bounds_us.size();
    Line(name, "_bucket{le=\"" + (is_last ? "+Inf" : SecondsOf(reading.bounds_us[i])) + "\"}",
         std::to_string(so_far));
  }
  Line(name, "_sum", SecondsOf(reading.sum_us));
  Line(name, "_count", std::to_string(so_far));
}

std::string SecondsOf(std::uint64_t us) {
  std::string text = std::to_string(us / 1'000'000);
  std::string part = std::to_string(us % 1'000'000);
  part.insert(0, 6 - part.size(), '0');
  while (!part.empty() && part.back() == '0') part.pop_back();
  return part.empty() ? text : text + "." + part;
}

}  // namespace holdfast::server
