#include "bench/echo.h"

namespace holdfast::bench {
namespace {

// Sent for real once, so that the answer is one.
constexpr std::size_t kEchoesPerLine = 256;

}  // namespace

void Echo::Prepare() {
  test::PracticeProcess& practice = setting_.practice();
  Lines sends = LinesOf(setting_.people(), practice.address(), kPairs, kEchoesPerLine);
  const LoadResult sent =
      RunLoad(sends, kTopInFlight, setting_.options().round, Supply::kOnce, practice.pid());
  server_ = std::make_unique<EchoServer>(setting_.directory() / "echo", practice.data(),
                                         sent.last_response);
  for (const auto& line : sends) {
    lines_.push_back(std::make_unique<Line>(server_->address(), Bytes()));
    lines_.back()->envelopes = std::move(line->envelopes);
  }
}

void Echo::Round() {
  const LoadResult result =
      RunLoad(lines_, kTopInFlight, setting_.options().round, Supply::kAgain, server_->pid());
  const auto answered = static_cast<double>(result.answered);
  cpu_s_.push_back(result.cost.cpu_s / answered);
  server_cpu_s_.push_back(result.cost.other_cpu_s / answered);
  per_s_.push_back(answered / result.cost.wall_s);
}

void Echo::Report(Table& table) const {
  table.Add({"echo, bare gRPC over TLS, 128 in flight",
             "calls/s",
             per_s_,
             {},
             "CPU of gRPC on both sides"});
  table.Add({"echo, both sides",
             "us CPU",
             Microseconds(cpu_s_),
             {},
             "gRPC, TLS and the kernel's sockets"});
  table.Add({"echo, the server's side", "us CPU", Microseconds(server_cpu_s_), {}, ""});
}

}  // namespace holdfast::bench
