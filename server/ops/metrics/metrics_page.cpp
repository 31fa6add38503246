#include "server/ops/metrics/metrics_page.h"

#include "rules/errors.h"
#include "server/ops/metrics/metrics_text.h"

namespace holdfast::server {
namespace {

void WriteProcess(MetricsText& text, const MetricsFacts& facts) {
  text.Begin("holdfast_build_info", "The version that serves; always 1.", "gauge");
  text.Labelled("holdfast_build_info", "version", facts.version, 1);
  text.GaugeOfMs("holdfast_start_time_seconds", "When the practice was started, since 1970.",
                 facts.started_at_ms);
  text.GaugeOfMs("holdfast_backup_time_seconds",
                 "When the newest backup was made, since 1970; 0 where there is none.",
                 facts.last_backup_at_ms);
}

void WriteCalls(MetricsText& text, const MetricsFacts& facts) {
  text.Durations("holdfast_send_duration_seconds",
                 "From a message that arrived to its receipt on the way.",
                 facts.calls.sends.Read());
  text.Begin("holdfast_refusals_total", "Calls, and acts within one, that were refused.",
             "counter");
  for (const ReasonRow& row : ReasonTable()) {
    text.Labelled("holdfast_refusals_total", "reason", row.name, facts.calls.refused(row.reason));
  }
  text.Gauge("holdfast_connections", "Connections that are open.", facts.connections.open);
  text.Counter("holdfast_connections_refused_total",
               "Connections closed at once: too many of one address, or in all.",
               facts.connections.refused);
  text.Counter("holdfast_connections_cut_off_total",
               "Connections cut off, for streams begun and broken off without end.",
               facts.connections.cut_off);
  text.Gauge("holdfast_subscriptions", "Devices that wait for what comes.", facts.subscriptions);
}

void WriteCommitter(MetricsText& text, const MetricsFacts& facts) {
  const CommitterCounts& counts = facts.committer;
  text.Counter("holdfast_batches_total", "Batches that were written.", counts.batches);
  text.Counter("holdfast_requests_total", "Requests that went into batches.", counts.requests);
  text.Gauge("holdfast_requests_waiting", "Requests that wait for a batch or their answer.",
             facts.waiting);
  text.Durations("holdfast_sync_duration_seconds", "What writing and syncing a batch took.",
                 counts.syncs.Read());
}

void WriteTimers(MetricsText& text, const MetricsFacts& facts) {
  const CommitterCounts& counts = facts.committer;
  text.Counter("holdfast_timers_fired_total", "Things that were due and were done.",
               counts.timers_fired);
  text.Counter("holdfast_timer_failures_total",
               "Attempts at what was due that failed; each is tried again.", counts.timers_failed);
  text.Durations("holdfast_timer_lateness_seconds", "How long after its time a thing was done.",
                 counts.lateness.Read());
  text.GaugeOfMs("holdfast_timers_overdue_seconds",
                 "For how long the first thing that is due and not done has been due.",
                 facts.overdue_ms);
  text.Gauge("holdfast_timers_held", "1 while what is due waits, because the clock is in doubt.",
             counts.timers_held ? 1 : 0);
  text.Counter("holdfast_promises_made_total", "Replies that were promised.", counts.promises_made);
  text.Counter("holdfast_promises_kept_total", "Promised replies that came in time.",
               counts.promises_kept);
  text.Counter("holdfast_promises_missed_total", "Promised replies that were due and not there.",
               counts.promises_missed);
  text.Counter("holdfast_promises_repaired_total", "Missed replies that came later.",
               counts.promises_repaired);
}

void WriteDisk(MetricsText& text, const DiskReading& disk) {
  text.Gauge("holdfast_disk_total_bytes", "Size of the disk that the practice is on.",
             disk.space.total_bytes);
  text.Gauge("holdfast_disk_free_bytes", "What is free on it.", disk.space.free_bytes);
  text.Gauge("holdfast_disk_floor_bytes", "Below so much, sends are refused.", disk.needed_bytes);
  text.Gauge("holdfast_sends_admitted", "1 while there is room on the disk for what is sent.",
             disk.admits ? 1 : 0);
}

}  // namespace

std::string WriteMetrics(const MetricsFacts& facts) {
  MetricsText text;
  WriteProcess(text, facts);
  WriteCalls(text, facts);
  WriteCommitter(text, facts);
  WriteTimers(text, facts);
  WriteDisk(text, facts.disk);
  return text.Take();
}

}  // namespace holdfast::server
