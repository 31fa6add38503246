// The numbers for Prometheus: what is said, to whom, and that rules and dashboard ask for nothing
// else.
#include <sys/stat.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <filesystem>
#include <regex>
#include <set>
#include <sstream>
#include <thread>

#include "crypto/public/secret.h"
#include "rules/errors.h"
#include "server/ops/configuration.h"
#include "server/ops/init.h"
#include "server/ops/metrics/metrics_listener.h"
#include "server/ops/metrics/metrics_page.h"
#include "server/ops/metrics/metrics_text.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::server {
namespace {

namespace fs = std::filesystem;
namespace asio = boost::asio;
using test::ReadFile;

struct Counted {
  CallCounts calls;
  ConnectionCounts connections;
  CommitterCounts committer;

  std::string Page() const {
    return WriteMetrics({.version = "0.2.0 (abc, changed)",
                         .started_at_ms = 1'790'000'000'250,
                         .last_backup_at_ms = 0,
                         .calls = calls,
                         .connections = connections,
                         .committer = committer,
                         .waiting = 5,
                         .overdue_ms = 1500,
                         .subscriptions = 4,
                         .disk = {{100, 60, 0, 0}, 30, true}});
  }
  bool Says(const std::string& line) const {
    return ("\n" + Page()).find("\n" + line + "\n") != std::string::npos;
  }
};

// Of a page: each metric that it has, by its kind.
std::set<std::string> NamesIn(const std::string& page) {
  std::set<std::string> names;
  const std::regex type("# TYPE (holdfast_[a-z_]+) (counter|gauge|histogram)");
  for (std::sregex_iterator at(page.begin(), page.end(), type), end; at != end; ++at) {
    if ((*at)[2] != "histogram") {
      names.insert((*at)[1]);
      continue;
    }
    for (const char* part : {"", "_bucket", "_sum", "_count"}) names.insert((*at)[1].str() + part);
  }
  return names;
}

std::string Scrape(auto& stream, const std::string& request) {
  stream << request << std::flush;
  std::ostringstream answer;
  answer << stream.rdbuf();
  return answer.str();
}

// With clang these streams cannot be moved.
std::unique_ptr<asio::ip::tcp::iostream> ToLoopback(const std::string& address) {
  auto stream =
      std::make_unique<asio::ip::tcp::iostream>(HostOf(address), std::to_string(PortOf(address)));
  stream->expires_after(std::chrono::seconds(20));
  return stream;
}

struct Listening {
  explicit Listening(const std::string& place) {
    REQUIRE(crypto::Initialise().ok());
    REQUIRE(InitPractice(temp / "practice", "").ok());
    const auto directory = DataDirectory::Open(temp / "practice");
    REQUIRE(directory.ok());
    auto opened = MetricsListener::Listen(loop, *directory, place, [this] {
      ++pages;
      return std::string("the page\n");
    });
    REQUIRE(opened.ok());
    listener = *std::move(opened);
    running = std::thread([this] { loop.Run(); });
  }
  ~Listening() { End(); }
  void End() {
    loop.Stop();
    if (running.joinable()) running.join();
    listener.reset();
  }

  test::TempDir temp;
  Loop loop;
  std::atomic<int> pages = 0;
  std::unique_ptr<MetricsListener> listener;
  std::thread running;
};

}  // namespace

TEST_CASE("the numbers are what was counted, in seconds, bytes and counts") {
  Counted counted;
  counted.calls.sends.Add(2'500);
  counted.calls.sends.Add(30'000'000);
  counted.calls.Refused(RefuseFor(Reason::kServerBusy, "", "busy", 1));
  counted.calls.Refused(std::string_view("quota_exceeded"));
  counted.calls.Refused(std::string_view("of a newer version"));
  counted.calls.Refused(absl::CancelledError("gone"));
  counted.calls.Refused(absl::OkStatus());
  counted.committer.promises_missed = 3;
  counted.connections.open = 7;
  for (const char* line : {"holdfast_build_info{version=\"0.2.0 (abc, changed)\"} 1",
                           "holdfast_start_time_seconds 1790000000.25",
                           "holdfast_backup_time_seconds 0",
                           "holdfast_send_duration_seconds_bucket{le=\"0.0025\"} 1",
                           "holdfast_send_duration_seconds_bucket{le=\"10\"} 1",
                           "holdfast_send_duration_seconds_bucket{le=\"+Inf\"} 2",
                           "holdfast_send_duration_seconds_sum 30.0025",
                           "holdfast_send_duration_seconds_count 2",
                           "holdfast_refusals_total{reason=\"server_busy\"} 1",
                           "holdfast_refusals_total{reason=\"quota_exceeded\"} 1",
                           "holdfast_refusals_total{reason=\"internal\"} 1",
                           "holdfast_refusals_total{reason=\"storage_full\"} 0",
                           "holdfast_promises_missed_total 3",
                           "holdfast_connections 7",
                           "holdfast_requests_waiting 5",
                           "holdfast_timers_overdue_seconds 1.5",
                           "holdfast_timers_held 0",
                           "holdfast_disk_free_bytes 60",
                           "holdfast_disk_floor_bytes 30",
                           "holdfast_sends_admitted 1"}) {
    INFO(line);
    CHECK(counted.Says(line));
  }
}

TEST_CASE("seconds are said exactly") {
  CHECK(SecondsOf(0) == "0");
  CHECK(SecondsOf(500) == "0.0005");
  CHECK(SecondsOf(1) == "0.000001");
  CHECK(SecondsOf(86'400'000'000) == "86400");
  CHECK(SecondsOf(1'500'000) == "1.5");
}

TEST_CASE("each metric is told once, with its kind, and no line names anybody") {
  std::istringstream lines(Counted().Page());
  std::set<std::string> begun;
  std::string name;
  const std::regex line_of("(holdfast_[a-z_]+)(\\{(le|reason|version)=\"[^\"]*\"\\})? [0-9.]+");
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    std::smatch match;
    if (line.starts_with("# HELP ")) {
      name = line.substr(7, line.find(' ', 7) - 7);
      CHECK(begun.insert(name).second);
      CHECK(line.ends_with("."));
    } else if (line.starts_with("# TYPE ")) {
      CHECK(line.starts_with("# TYPE " + name + " "));
      CHECK(line.ends_with(" counter") == name.ends_with("_total"));
    } else {
      REQUIRE(std::regex_match(line, match, line_of));
      CHECK(match[1].str().starts_with(name));
    }
  }
  CHECK(begun.size() > 25);
}

TEST_CASE("rules, dashboard and page name metrics that there are, and the page names each") {
  const fs::path root(HOLDFAST_SOURCE_DIR);
  const std::set<std::string> names = NamesIn(Counted().Page());
  const std::regex word("holdfast_[a-z_]+");
  for (const char* file : {"metrics/holdfast.rules.yml", "metrics/holdfast.rules.test.yml",
                           "metrics/holdfast.dashboard.json", "OPERATING.md"}) {
    const std::string text = ReadFile(root / "deploy" / file);
    std::set<std::string> asked;
    for (std::sregex_iterator at(text.begin(), text.end(), word), end; at != end; ++at) {
      asked.insert(at->str());
      INFO(file << " asks for " << at->str());
      CHECK(names.contains(at->str()));
    }
    CHECK(asked.size() > 5);
    if (file != std::string("OPERATING.md")) continue;
    for (const std::string& name : names) {
      const std::string whole = std::regex_replace(name, std::regex("_(bucket|sum|count)$"), "");
      INFO(file << " says nothing of " << name);
      CHECK((asked.contains(name) || asked.contains(whole)));
    }
  }
}

TEST_CASE("only this machine can be told the numbers") {
  for (const char* place : {"", "socket", "127.0.0.1:9464", "127.8.8.8:1", "[::1]:0"}) {
    INFO(place);
    CHECK(CheckMetricsPlace(place, "metrics").ok());
  }
  for (const char* place :
       {"0.0.0.0:9464", "[::]:9464", "192.168.1.1:9464", "localhost:9464", "practice.example:1",
        "127.0.0.1", "127.0.0.1:70000", "::1", "socket:1", "/run/metrics", "[::ffff:8.8.8.8]:1"}) {
    INFO(place);
    CHECK(FieldOf(CheckMetricsPlace(place, "metrics")) == "metrics");
    CHECK_FALSE(ParseConfiguration(std::string("metrics = \"") + place + "\"").ok());
  }
  CHECK(ParseConfiguration("metrics = \"\"")->metrics.empty());
  CHECK(ParseConfiguration("metrics = \"[::1]:9464\"")->metrics == "[::1]:9464");
}

TEST_CASE("a scrape is one request within its bounds, and nothing else is answered") {
  Listening practice("127.0.0.1:0");
  const std::string address = practice.listener->address();
  CHECK(PortOf(address) != 0);
  const auto ask = [&](const std::string& request) {
    return Scrape(*ToLoopback(address), request);
  };
  const std::string good = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
  const auto begun = std::chrono::steady_clock::now();
  const auto silent = ToLoopback(address);  // says nothing for as long as it may
  const std::string page = ask(good);
  CHECK(page.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(page.find("Content-Type: text/plain; version=0.0.4") != std::string::npos);
  CHECK(page.ends_with("\r\n\r\nthe page\n"));
  const std::string head = ask("HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(head.find("Content-Length: 9") != std::string::npos);
  CHECK(head.ends_with("\r\n\r\n"));
  CHECK(ask("GET / HTTP/1.0\r\n\r\n").starts_with("HTTP/1.0 404 "));
  CHECK(ask("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
            .starts_with("HTTP/1.1 405 "));
  CHECK(practice.pages == 2);
  CHECK(ask("\x16\x03\x01 no http\r\n\r\n").empty());
  CHECK(ask("GET /metrics HTTP/1.1\r\nX: " + std::string(2 * kScrapeRequestBytesMax, 'x')).empty());
  CHECK(ask("GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n").empty());
  CHECK(practice.pages == 2);
  CHECK(std::chrono::steady_clock::now() - begun < kScrapeMax);  // nothing of it was waited for
  std::vector<std::unique_ptr<asio::ip::tcp::iostream>> many;
  for (std::size_t i = 1; i < kScrapesAtOnceMax; ++i) many.push_back(ToLoopback(address));
  *many.back() << "GET" << std::flush;
  CHECK(ask(good).empty());
  many.clear();
  // Its time is over at last.
  CHECK(Scrape(*silent, "").empty());
  CHECK(std::chrono::steady_clock::now() - begun < kScrapeMax + std::chrono::seconds(3));
  CHECK(ask(good).starts_with("HTTP/1.1 200 "));
}

TEST_CASE("the socket for the numbers is its owner's, and goes with the practice") {
  Listening practice("socket");
  const fs::path path = practice.temp / "practice" / "metrics.sock";
  CHECK(practice.listener->address() == path.string());
  struct stat facts {};
  REQUIRE(::stat(path.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0600);
  asio::local::stream_protocol::iostream stream(
      asio::local::stream_protocol::endpoint(path.string()));
  CHECK(Scrape(stream, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").ends_with("the page\n"));
  practice.End();
  CHECK_FALSE(fs::exists(path));
}

TEST_CASE("an address that is taken is said, and what to do") {
  const Listening practice("127.0.0.1:0");
  const auto directory = DataDirectory::Open(practice.temp / "practice");
  Loop loop;
  const auto second = MetricsListener::Listen(loop, *directory, practice.listener->address(),
                                              [] { return std::string(); });
  CHECK(ReasonOf(second.status()) == Reason::kUsage);
  CHECK(second.status().message().find("Name another port") != std::string::npos);
}

}  // namespace holdfast::server
