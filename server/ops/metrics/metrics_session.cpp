#include "server/ops/metrics/metrics_session.h"

#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace holdfast::server {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using Response = http::response<http::string_body>;

Response AnswerFor(const http::request<http::string_body>& request,
                   const MetricsListener::Page& page) {
  Response response(http::status::ok, request.version());
  response.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
  const bool is_read = request.method() == http::verb::get || request.method() == http::verb::head;
  if (!is_read) {
    response.result(http::status::method_not_allowed);
    response.set(http::field::allow, "GET, HEAD");
    response.body() = "Only GET and HEAD are answered here.\n";
  } else if (request.target() != "/metrics") {
    response.result(http::status::not_found);
    response.body() = "The numbers are at /metrics.\n";
  } else {
    response.body() = page();
  }
  response.keep_alive(false);
  response.prepare_payload();
  if (request.method() == http::verb::head) response.body().clear();
  return response;
}

class OneScrape final : public MetricsSession, public std::enable_shared_from_this<OneScrape> {
 public:
  OneScrape(Socket socket, MetricsListener::Page page)
      : stream_(std::move(socket)), page_(std::move(page)) {}

  void Read() {
    parser_.header_limit(static_cast<std::uint32_t>(kScrapeRequestBytesMax));
    parser_.body_limit(kScrapeRequestBytesMax);
    stream_.expires_after(kScrapeMax);
    http::async_read(stream_, buffer_, parser_,
                     [self = shared_from_this()](const beast::error_code& failure, std::size_t) {
                       if (!failure) self->Write();
                     });
  }

 private:
  void Write() {
    response_ = AnswerFor(parser_.get(), page_);
    serializer_.emplace(response_);
    serializer_->split(parser_.get().method() == http::verb::head);
    const auto sent = [self = shared_from_this()](const beast::error_code&, std::size_t) {
      beast::error_code ignored;
      self->stream_.socket().shutdown(Socket::shutdown_send, ignored);
    };
    if (serializer_->split()) return http::async_write_header(stream_, *serializer_, sent);
    http::async_write(stream_, *serializer_, sent);
  }

  beast::basic_stream<boost::asio::generic::stream_protocol> stream_;
  beast::flat_buffer buffer_{kScrapeRequestBytesMax};
  http::request_parser<http::string_body> parser_;
  const MetricsListener::Page page_;
  Response response_;
  std::optional<http::response_serializer<http::string_body>> serializer_;
};

}  // namespace

std::weak_ptr<const MetricsSession> MetricsSession::Start(Socket socket,
                                                          MetricsListener::Page page) {
  const auto scrape = std::make_shared<OneScrape>(std::move(socket), std::move(page));
  scrape->Read();
  return scrape;
}

}  // namespace holdfast::server
