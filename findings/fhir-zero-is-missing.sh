#!/usr/bin/env bash
# npm fhir 4.12.0: a required value[x] that is false or 0 counts as missing.
#
# Expected: Questionnaire.item.enableWhen.answer[x] is required, and answerBoolean: false is one; so is
# answerOption.valueInteger: 0. Both are said to be there by their names.
# What happens: where an element may have one of several types it is looked for by its truth, not by its
# name: "Missing property", once for each type that it could have; true and 1 pass.
# For us: a form that asks something where a question was answered "no", or whose first answer is 0, is
# right and is imported; what this validator says of such a form counts for nothing.
. "$(dirname "$0")/lib.sh"
npm_fetch fhir 4.12.0

cat >"$work/try.cjs" <<'J'
const { Fhir } = require("fhir");
const form = (item) => ({ resourceType: "Questionnaire", status: "active", item });
const when = (answerBoolean) => form([
  { linkId: "smokes", type: "boolean" },
  { linkId: "why", type: "text", enableWhen: [{ question: "smokes", operator: "=", answerBoolean }] },
]);
const options = (valueInteger) => form([{ linkId: "often", type: "choice", answerOption: [{ valueInteger }] }]);
for (const [name, one] of [["true", when(true)], ["false", when(false)], ["1", options(1)], ["0", options(0)]]) {
  const { valid, messages } = new Fhir().validate(one);
  console.log(`${name}: ${valid} ${[...new Set(messages.map((said) => `${said.location} ${said.message}`))].join()}`.trim());
}
J
same "true: true
false: false Questionnaire.item[1].enableWhen[0].answer[x] Missing property
1: true
0: false Questionnaire.item[0].answerOption[0].value[x] Missing property" "$(node "$work/try.cjs")"
