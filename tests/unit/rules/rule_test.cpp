// Recurrence rules: what is allowed, and the dates that follow.
#include "rules/rule.h"

#include "unit/rules/support.h"

namespace holdfast {

TEST_CASE("a rule has one canonical text") {
  CHECK(CanonicalRule("FREQ=WEEKLY").value() == "FREQ=WEEKLY");
  CHECK(CanonicalRule("byday=fr,mo;freq=weekly;interval=1").value() == "FREQ=WEEKLY;BYDAY=MO,FR");
  CHECK(CanonicalRule("FREQ=MONTHLY;UNTIL=20271231;BYDAY=+2MO,-1FR,1MO").value() ==
        "FREQ=MONTHLY;BYDAY=1MO,2MO,-1FR;UNTIL=20271231");
  CHECK(CanonicalRule("COUNT=010;FREQ=DAILY;INTERVAL=2").value() ==
        "FREQ=DAILY;INTERVAL=2;COUNT=10");
}

TEST_CASE("every rule part that is not allowed is refused") {
  for (const std::string_view rule : {"",
                                      "FREQ",
                                      "FREQ=",
                                      "FREQ=YEARLY",
                                      "FREQ=HOURLY",
                                      "FREQ=SECONDLY",
                                      "WEEKLY",
                                      "RRULE:FREQ=WEEKLY",
                                      "FREQ=WEEKLY;BYMONTH=1",
                                      "FREQ=MONTHLY;BYMONTHDAY=31",
                                      "FREQ=WEEKLY;BYHOUR=3",
                                      "FREQ=WEEKLY;BYSETPOS=1",
                                      "FREQ=WEEKLY;WKST=SU",
                                      "FREQ=WEEKLY;RSCALE=HEBREW",
                                      "FREQ=WEEKLY;SKIP=OMIT",
                                      "FREQ=WEEKLY;X=1",
                                      "FREQ=WEEKLY;INTERVAL=0",
                                      "FREQ=WEEKLY;INTERVAL=53",
                                      "FREQ=WEEKLY;INTERVAL=-1",
                                      "FREQ=WEEKLY;INTERVAL=1 ",
                                      "FREQ=WEEKLY;INTERVAL=",
                                      "FREQ=WEEKLY;INTERVAL=99999999999",
                                      "FREQ=WEEKLY;COUNT=0",
                                      "FREQ=WEEKLY;COUNT=367",
                                      "FREQ=WEEKLY;COUNT=5;UNTIL=20270101",
                                      "FREQ=WEEKLY;UNTIL=2027",
                                      "FREQ=WEEKLY;UNTIL=20270230",
                                      "FREQ=WEEKLY;UNTIL=20271301",
                                      "FREQ=WEEKLY;UNTIL=20190101",
                                      "FREQ=WEEKLY;UNTIL=22000101",
                                      "FREQ=WEEKLY;UNTIL=20270101T000000Z",
                                      "FREQ=WEEKLY;BYDAY=",
                                      "FREQ=WEEKLY;BYDAY=XX",
                                      "FREQ=WEEKLY;BYDAY=MO,MO",
                                      "FREQ=WEEKLY;BYDAY=2MO",
                                      "FREQ=DAILY;BYDAY=-1SU",
                                      "FREQ=MONTHLY;BYDAY=0MO",
                                      "FREQ=MONTHLY;BYDAY=6MO",
                                      "FREQ=MONTHLY;BYDAY=--1MO",
                                      "FREQ=MONTHLY;BYDAY=1 MO",
                                      "FREQ=WEEKLY;FREQ=WEEKLY",
                                      "FREQ=WEEKLY;;INTERVAL=2"}) {
    INFO(rule);
    const auto refused = CanonicalRule(rule);
    REQUIRE_FALSE(refused.ok());
    CHECK(ReasonOf(refused.status()) == Reason::kMalformedField);
    CHECK(FieldOf(refused.status()) == "rhythm.rule");
  }
  CHECK_FALSE(CanonicalRule("FREQ=WEEKLY;BYDAY=" + std::string(200, 'M')).ok());
}

}  // namespace holdfast
