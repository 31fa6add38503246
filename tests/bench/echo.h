// A bare gRPC unary call over TLS, with requests and answers of the size of a
// Send's, from the same client to a server with the same settings.
#pragma once

#include <memory>

#include "bench/echo_server.h"
#include "bench/measurement.h"
#include "bench/setting.h"

namespace holdfast::bench {

class Echo : public Measurement {
 public:
  explicit Echo(Setting& setting) : setting_(setting) {}
  void Prepare() override;
  void Round() override;
  void Report(Table& table) const override;

  // CPU of one call in both processes, in seconds, and calls a second.
  const std::vector<double>& cpu_s() const { return cpu_s_; }
  const std::vector<double>& per_s() const { return per_s_; }

 private:
  Setting& setting_;
  std::unique_ptr<EchoServer> server_;
  Lines lines_;
  std::vector<double> cpu_s_;
  std::vector<double> server_cpu_s_;
  std::vector<double> per_s_;
};

}  // namespace holdfast::bench
