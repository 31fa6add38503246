// One connection to the numbers: one HTTP request, bounded in bytes and in time, one answer, and
// its end.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <memory>

#include "server/ops/metrics/metrics_listener.h"

namespace holdfast::server {

class MetricsSession {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;

  // Lives until it ends by itself, which it does within kScrapeMax.
  static std::weak_ptr<const MetricsSession> Start(Socket socket, MetricsListener::Page page);
  virtual ~MetricsSession() = default;
};

}  // namespace holdfast::server
