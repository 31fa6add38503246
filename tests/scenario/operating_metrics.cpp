// The numbers of a real practice, scraped as Prometheus does, and what promtool says of them, of
// the alert rules and of what fires them.
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <sstream>

#include "support/catch.h"
#include "support/couple.h"
#include "support/wire_device.h"

namespace holdfast::test {
namespace {

namespace fs = std::filesystem;
namespace asio = boost::asio;

template <class Stream>
std::string PageOf(Stream& stream) {
  stream.expires_after(std::chrono::seconds(10));
  stream << "GET /metrics HTTP/1.1\r\nHost: practice\r\n\r\n" << std::flush;
  std::ostringstream answer;
  answer << stream.rdbuf();
  const std::string text = answer.str();
  const std::size_t body = text.find("\r\n\r\n");
  REQUIRE(text.starts_with("HTTP/1.1 200 "));
  return text.substr(body + 4);
}

std::string PageAt(const fs::path& socket) {
  asio::local::stream_protocol::iostream stream{
      asio::local::stream_protocol::endpoint(socket.string())};
  return PageOf(stream);
}

double Number(const std::string& page, const std::string& name) {
  const std::size_t at = ("\n" + page).find("\n" + name + " ");
  INFO(name << "\n" << page);
  REQUIRE(at != std::string::npos);
  return std::stod(page.substr(at + name.size() + 1));
}

// What promtool prints; nullopt where there is none.
std::optional<Outcome> Promtool(std::vector<std::string> words, const std::string& input = "") {
  std::vector<std::string> arguments = {"-c", "exec promtool \"$@\"", "promtool"};
  arguments.insert(arguments.end(), words.begin(), words.end());
  if (Run({"/bin/sh", {"-c", "command -v promtool"}, {}, {}}).exit_code != 0) return std::nullopt;
  return Run({"/bin/sh", arguments, {}, input});
}

// Once before it waits for anything, a stream, once by the core, and two acts within one call.
void BeRefused(PracticeProcess& practice) {
  WireDevice device;
  REQUIRE(device.Enroll(practice.EnrolmentCode()).ok());
  REQUIRE(device.LogIn().ok());
  v1::HistoryResponse history;
  CHECK_FALSE(device.wire().mailbox().History(CallContext().get(), {}, &history).ok());
  const auto context = CallContext();
  CHECK_FALSE(device.wire().mailbox().Subscribe(context.get(), {})->Finish().ok());
  v1::GetInvitationRequest unknown;
  unknown.set_lookup_id(Bytes(LookupId::size, 'x'));
  v1::GetInvitationResponse found;
  CHECK_FALSE(device.wire().directory().GetInvitation(CallContext().get(), unknown, &found).ok());
  v1::PerformRequest acts;
  acts.add_acts();
  acts.add_acts();
  v1::PerformResponse performed;
  CHECK(device.wire().ledger().Perform(CallContext(device.token()).get(), acts, &performed).ok());
}

void SayNoPromtool() { WARN("skipped: no promtool; the distribution's prometheus has it"); }

}  // namespace

TEST_CASE("a scrape tells what the practice did, and of nobody in it", "[metrics]") {
  Couple couple;
  REQUIRE(couple.practice.Stop().exit_code == 0);
  couple.practice.Configure("metrics", "\"socket\"");
  couple.practice.Start();
  const fs::path socket = couple.practice.data() / "metrics.sock";
  const std::string before = PageAt(socket);
  CHECK(Number(before, "holdfast_send_duration_seconds_count") == 0);
  CHECK(Number(before, "holdfast_sends_admitted") == 1);
  CHECK(Number(before, "holdfast_backup_time_seconds") == 0);
  CHECK(Number(before, "holdfast_promises_made_total") == 0);
  couple.therapist.Do({"availability", "set", "--zone", "Europe/Zurich", "--hours",
                       "mon-sun 8:00-20:00", "--reply-within", "2h"});
  couple.client.CheckIn("one");
  couple.therapist.Sync();
  couple.therapist.Reply(couple.therapist.Inbox().at(0).at("id"), "here");
  BeRefused(couple.practice);
  const Outcome backup = Run(
      {HOLDFASTD,
       {"backup", (couple.files() / "backups").string(), "--data", couple.practice.data().string()},
       {},
       {}});
  REQUIRE(backup.exit_code == 0);
  // A connection that stays, once the next look has found it.
  WireChannel open(couple.practice.address());
  CHECK(open.AwaitConnection());
  CHECK(Eventually([&] { return Number(PageAt(socket), "holdfast_connections") >= 1; }));
  const std::string page = PageAt(socket);
  INFO(page);
  CHECK(Number(page, "holdfast_send_duration_seconds_count") >= 2);
  CHECK(Number(page, "holdfast_promises_made_total") == 1);
  CHECK(Number(page, "holdfast_promises_kept_total") == 1);
  CHECK(Number(page, "holdfast_promises_missed_total") == 0);
  CHECK(Number(page, "holdfast_refusals_total{reason=\"token_missing\"}") == 2);
  CHECK(Number(page, "holdfast_refusals_total{reason=\"invitation_unknown\"}") == 1);
  CHECK(Number(page, "holdfast_refusals_total{reason=\"malformed_field\"}") == 2);
  CHECK(Number(page, "holdfast_refusals_total{reason=\"internal\"}") == 0);
  CHECK(Number(page, "holdfast_send_duration_seconds_sum") > 0);
  CHECK(Number(page, "holdfast_batches_total") > Number(before, "holdfast_batches_total"));
  CHECK(Number(page, "holdfast_sync_duration_seconds_count") ==
        Number(page, "holdfast_batches_total"));
  CHECK(Number(page, "holdfast_requests_total") > Number(page, "holdfast_batches_total") / 2);
  CHECK(Number(page, "holdfast_disk_free_bytes") > 0);
  CHECK(Number(page, "holdfast_backup_time_seconds") > Number(page, "holdfast_start_time_seconds"));
  CHECK(Number(page, "holdfast_timers_held") == 0);
  // 16 hex digits in a row would be an id or a key.
  std::size_t digits = 0;
  for (const char c : page) {
    digits = std::isxdigit(static_cast<unsigned char>(c)) != 0 ? digits + 1 : 0;
    CHECK(digits < 16);
  }
  const auto checked = Promtool({"check", "metrics"}, page);
  if (!checked) return SayNoPromtool();
  INFO(Describe(*checked));
  CHECK(checked->exit_code == 0);
  CHECK((checked->out + checked->err).empty());
}

TEST_CASE("the numbers are told on this machine alone, and are off where nobody asked for them",
          "[metrics]") {
  const TempDir files;
  PracticeProcess practice(files / "practice");
  practice.Start();
  CHECK_FALSE(fs::exists(practice.data() / "metrics.sock"));
  REQUIRE(practice.Stop().exit_code == 0);
  practice.Configure("metrics", "\"0.0.0.0:0\"");
  const Outcome refused = practice.TryStart({});
  CHECK(refused.exit_code == 1);
  CHECK(refused.err.find("for this machine alone") != std::string::npos);
  practice.Configure("metrics", "\"127.0.0.1:0\"");
  practice.Start();
  const Outcome stopped = practice.Stop();
  CHECK(stopped.exit_code == 0);
  CHECK(stopped.err.find("metrics address=127.0.0.1:") != std::string::npos);
}

TEST_CASE("each alert is fired by what it is for, and by nothing in a practice that is well",
          "[metrics]") {
  const std::string folder = HOLDFAST_SOURCE_DIR "/deploy/metrics/";
  const auto rules = Promtool({"check", "rules", folder + "holdfast.rules.yml"});
  if (!rules) return SayNoPromtool();
  CHECK(rules->out.find("6 rules found") != std::string::npos);
  const auto fired = Promtool({"test", "rules", folder + "holdfast.rules.test.yml"});
  if (!fired) return SayNoPromtool();
  INFO(Describe(*fired));
  CHECK(fired->exit_code == 0);
}

}  // namespace holdfast::test
