#include "client/cli/words/trend_page.h"

#include <algorithm>

#include "client/cli/words/form_words.h"
#include "client/cli/words/html_text.h"
#include "client/cli/words/text.h"
#include "client/cli/words/times.h"
#include "client/cli/words/trend_chart.h"
#include "client/cli/words/trend_scale.h"
#include "client/forms/score.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

constexpr std::string_view kTrendPageBegin = R"(<!DOCTYPE html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="referrer" content="no-referrer"/>
<meta name="color-scheme" content="light dark"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"/>
<style>
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1c1c1c; --quiet: #555555; --rule: #d4d4d4; --course: #1d5c94 }
@media (prefers-color-scheme: dark) {
  :root { --paper: #16181b; --ink: #e9e9e7; --quiet: #b4b4b0; --rule: #3f4348; --course: #8cbce8 }
}
body { margin: 0 auto; max-width: 62rem; padding: 1rem; font: 1rem/1.5 sans-serif; background: var(--paper); color: var(--ink); overflow-wrap: anywhere }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.5rem 0 1rem }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 3rem 0 0.5rem; border-top: 0.15rem solid var(--rule); padding-top: 1rem }
h3 { font-size: 1.05rem; line-height: 1.4; margin: 2rem 0 0.5rem }
a { color: var(--course) }
:focus-visible { outline: 0.2rem solid var(--course); outline-offset: 0.15rem }
.said { color: var(--quiet); margin: 0.5rem 0 }
.course-of { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr) }
svg { display: block; width: 100%; max-width: 28rem; height: auto }
svg text { font: 13px sans-serif; fill: var(--ink) }
svg .scale path { stroke: var(--rule); fill: none }
svg .course { stroke: var(--course); stroke-width: 2; fill: none; stroke-linejoin: round }
svg .points { fill: var(--course) }
.rows { max-height: 13rem; overflow: auto; border: 0.06rem solid var(--rule) }
table { border-collapse: collapse; width: 100% }
caption, th, td { text-align: start; padding: 0.25rem 0.6rem; vertical-align: top }
caption { color: var(--quiet) }
thead th, tbody th, td { border-top: 0.06rem solid var(--rule) }
tbody th { font-weight: normal; white-space: nowrap }
@media (min-width: 52rem) { .course-of { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); align-items: start } }
@media (forced-colors: active) { svg text, svg .points { fill: CanvasText } svg .course, svg .scale path { stroke: CanvasText } }
@media print {
  :root { color-scheme: only light; --paper: #ffffff; --ink: #000000; --quiet: #333333; --rule: #a0a0a0; --course: #000000 }
  body { max-width: none; padding: 0; font-size: 10pt }
  .course-of { grid-template-columns: minmax(0, 1fr) }
  svg { max-width: 12cm; break-inside: avoid }
  h2, h3 { break-after: avoid }
  .rows { max-height: none; overflow: visible; border: 0; columns: 3 7cm }
  tr { break-inside: avoid }
}
</style>
)";

std::string Said(const std::string& text) {
  return "<p class=\"said\">" + HtmlEscaped(PrintableLine(text)) + "</p>\n";
}

// What somebody else wrote, in its own direction.
std::string OfOthers(const std::string& text) {
  return "<bdi>" + HtmlEscaped(PrintableLine(text)) + "</bdi>";
}

// One question, or the total: what a picture and its table are made from.
struct Course {
  std::string id;
  std::string name;
  std::string_view what;  // a word for each of its points
  TrendScale scale;
  std::vector<std::string> cells;  // one for each of the points
};

std::string RowsOf(const Course& course) {
  std::string html =
      "<div class=\"rows\" role=\"group\" tabindex=\"0\" aria-labelledby=\"" + course.id + " " +
      course.id + "-rows\">\n<table>\n<caption id=\"" + course.id +
      "-rows\">As a table, the newest first</caption>\n<thead><tr><th scope=\"col\">Day</th>"
      "<th scope=\"col\">" +
      std::string(course.what) + "</th></tr></thead>\n<tbody>\n";
  for (std::size_t i = course.cells.size(); i-- > 0;) {
    const std::uint64_t at_ms = course.scale.points[i].at_ms;
    html += "<tr><th scope=\"row\"><time datetime=\"" + Rfc3339(at_ms) + "\">" +
            HtmlEscaped(LocalDate(at_ms)) + "</time></th><td>" + OfOthers(course.cells[i]) +
            "</td></tr>\n";
  }
  return html + "</tbody>\n</table>\n</div>\n";
}

std::string AboutPicture(const Chart& chart, const std::string& newest) {
  const bool one_day = chart.first_day == chart.last_day;
  return (one_day ? "Of " + chart.last_day : "From " + chart.first_day + " to " + chart.last_day) +
         ". The newest: " + newest +
         ". The table that follows has each; where nothing was answered the line is broken.";
}

std::string CourseOnPage(const Trend& trend, const Course& course) {
  Chart chart;
  chart.id = course.id;
  chart.title = course.name;
  chart.ticks = course.scale.ticks;
  chart.points = course.scale.points;
  chart.first_ms = trend.points.front().at_ms;
  chart.last_ms = trend.points.back().at_ms;
  chart.first_day = LocalDate(chart.first_ms);
  chart.last_day = LocalDate(chart.last_ms);
  // A day or two late is no gap; one time without the form is.
  chart.gap_ms = TrendStepDays(trend) * limits::kDayMs * 3 / 2;
  chart.description = AboutPicture(chart, course.cells.back());
  const std::string& key = course.scale.key;
  return "<h3 id=\"" + course.id + "\">" + OfOthers(course.name) +
         "</h3>\n<div class=\"course-of\">\n<div>\n" + ChartAsSvg(chart) +
         (key.empty() ? "" : Said(key)) + "</div>\n" + RowsOf(course) + "</div>\n";
}

Course CourseOf(const forms::Item& item, const std::vector<TrendPoint>& points,
                const std::string& id) {
  Course course{id, item.text, "Answer", ScaleOf(item, points), {}};
  for (const TrendPoint& point : points) {
    const forms::Answer* const answer = forms::Find(point.answers, item.link_id);
    course.cells.push_back(answer == nullptr ? "left out" : forms::TextOf(item, *answer));
  }
  return course;
}

Course CourseOfTotals(const forms::Form& form, const std::vector<TrendPoint>& points,
                      const std::string& id) {
  const std::string name = form.score_name.empty() ? "Total" : form.score_name;
  Course course{id, name, "Total", ScaleOfTotals(form, points), {}};
  for (const ChartPoint& point : course.scale.points) {
    course.cells.push_back(point.value ? TextOf(*point.value) : "not added up");
  }
  return course;
}

std::string FormTitle(const forms::Form& form) { return form.title + ", version " + form.version; }

std::string SectionOf(const Words& words, Trend trend, const std::string& id) {
  const forms::Form& form = *trend.form;
  const std::size_t left_out = trend.points.size() - std::min(trend.points.size(), kPageTimesMax);
  trend.points.erase(trend.points.begin(), trend.points.begin() + static_cast<long>(left_out));
  std::string html = "<section aria-labelledby=\"" + id + "\">\n<h2 id=\"" + id + "\">" +
                     OfOthers(FormTitle(form)) + "</h2>\n";
  const std::string period = PeriodInWords(form.recall_days);
  if (!period.empty()) html += Said("It asks about " + period + ".");
  if (left_out > 0) html += Said("Older answers than these are in \"holdfast export\".");
  std::size_t number = 0;
  if (!words.is_client() && form.IsScored()) {
    html += CourseOnPage(trend, CourseOfTotals(form, trend.points, id + "q0"));
  }
  bool has_words = false;
  for (const forms::Item& item : form.items) {
    if (IsQuestion(item) && !IsDrawn(item)) has_words = true;
    if (!IsDrawn(item)) continue;
    const std::string course = id + "q" + std::to_string(++number);
    html += CourseOnPage(trend, CourseOf(item, trend.points, course));
  }
  if (has_words) html += Said("What was answered in words, or with a date, is not drawn.");
  if (!form.notice.empty()) html += "<p class=\"said\">" + OfOthers(form.notice) + "</p>\n";
  return html + "</section>\n";
}

std::string ContentsOf(const std::vector<Trend>& trends) {
  if (trends.size() < 2) return "";
  std::string html = "<nav aria-label=\"Forms on this page\">\n<ul>\n";
  for (std::size_t i = 0; i < trends.size(); ++i) {
    html += "<li><a href=\"#f" + std::to_string(i + 1) + "\">" +
            OfOthers(FormTitle(*trends[i].form)) + "</a></li>\n";
  }
  return html + "</ul>\n</nav>\n";
}

}  // namespace

std::string TrendPage(const Words& words, const BondId& whose, const std::vector<Trend>& trends,
                      std::uint64_t written_ms) {
  const std::string title =
      words.is_client() ? "How your answers went" : "How answers went: " + words.Subject(whose);
  std::string html(kTrendPageBegin);
  html += "<title>" + HtmlEscaped(PrintableLine(title)) +
          "</title>\n</head>\n<body>\n<main>\n<h1>" + OfOthers(title) + "</h1>\n" +
          Said("Made on this device, " + WholeTime(written_ms) +
               ", from what is on it; the practice has no part in it. Whoever has this page can "
               "read it.") +
          Said(
              "A gap is a time without an answer, and no more than that. Forms, and versions of a "
              "form, are never mixed.") +
          ContentsOf(trends);
  for (std::size_t i = 0; i < trends.size(); ++i) {
    html += SectionOf(words, trends[i], "f" + std::to_string(i + 1));
  }
  return html + "</main>\n</body>\n</html>\n";
}

}  // namespace holdfast::client::cli
