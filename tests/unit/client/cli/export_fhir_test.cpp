// Answers as FHIR: the form once, each response and total with what it hangs on, and public
// validators that have nothing against it.
#include <cstdio>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "client/cli/words/export_format.h"
#include "client/cli/words/form_words.h"
#include "client/forms/bounded_json.h"
#include "client/forms/form_import.h"
#include "client/forms/shipped.h"
#include "crypto/public/hash.h"
#include "holdfast/v1/content.pb.h"
#include "support/catch.h"
#include "support/temp_dir.h"
#include "unit/client/cli/written_scene.h"

namespace holdfast::client::cli {
namespace {

using nlohmann::json;

json BundleOf(const WrittenScene& scene) {
  const Words words(scene.role, scene.head.bonds, 0, scene.known);
  const auto format = FhirExport(words);
  std::string text = format->Begin(scene.head) + format->OfBond(scene.bond);
  for (const MessageView& message : scene.messages) text += format->Message(message);
  return json::parse(text + format->End(scene.messages.size()));
}

std::vector<json> ResourcesOf(const json& bundle, const std::string& type) {
  std::vector<json> found;
  for (const json& entry : bundle.at("entry")) {
    if (entry.at("resource").at("resourceType") == type) found.push_back(entry.at("resource"));
  }
  return found;
}

void CollectReferences(const json& value, std::set<std::string>& references) {
  if (value.is_object() && value.contains("reference")) {
    references.insert(value.at("reference").get<std::string>());
  }
  if (value.is_structured()) {
    for (const json& inner : value) CollectReferences(inner, references);
  }
}

// What the validators say of the bundle, one line each; "absent" where they are not here.
std::vector<std::string> Validated(const json& bundle) {
  const test::TempDir folder;
  const std::string path = (folder / "bundle.json").string();
  std::ofstream(path, std::ios::binary) << bundle.dump();
  const std::string command = HOLDFAST_SOURCE_DIR "/tests/support/fhir_validators/run " +
                              std::string(HOLDFAST_BINARY_DIR "/fhir-validators ") + path;
  FILE* const pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::vector<std::string> lines(1);
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
    if (c == '\n')
      lines.emplace_back();
    else
      lines.back() += static_cast<char>(c);
  }
  CHECK(pclose(pipe) == 0);
  lines.pop_back();
  return lines;
}

}  // namespace

TEST_CASE("answers are exported with their form, once, and every reference is in the bundle",
          "[export][fhir]") {
  const WrittenScene scene = WholeScene(crypto::Role::kTherapist);
  const json bundle = BundleOf(scene);
  const auto forms = ResourcesOf(bundle, "Questionnaire");
  REQUIRE(forms.size() == forms::ShippedForms().size() + 1);
  CHECK(forms.back() == json::parse(kEveryKind));  // as it was imported
  const auto responses = ResourcesOf(bundle, "QuestionnaireResponse");
  CHECK(responses.size() == forms.size() + 1);
  std::set<std::string> full_urls, references, canonicals;
  for (const json& entry : bundle.at("entry")) {
    CHECK(full_urls.insert(entry.at("fullUrl").get<std::string>()).second);
    CollectReferences(entry, references);
  }
  for (const std::string& reference : references) CHECK(full_urls.contains(reference));
  for (const json& form : forms) {
    canonicals.insert(form.at("url").get<std::string>() + "|" +
                      form.at("version").get<std::string>());
  }
  CHECK(forms::RefuseEmpty(bundle, "bundle").ok());  // FHIR has nothing that is empty
  const std::string client = bundle.at("entry").at(1).at("fullUrl");
  for (const json& response : responses) {
    CHECK(canonicals.contains(response.at("questionnaire").get<std::string>()));
    CHECK(response.at("subject").at("reference") == client);
    CHECK(references.contains("urn:uuid:" + response.at("id").get<std::string>()));
  }
  const json check_in = ResourcesOf(bundle, "Communication").front();
  CHECK(check_in.at("payload").back().at("contentReference").at("reference") ==
        "urn:uuid:" + responses.front().at("id").get<std::string>());
  CHECK(responses.back().at("status") == "in-progress");
  CHECK_FALSE(responses.back().contains("item"));
}

TEST_CASE("a total is exported for a therapist, as in the terminal, and never for a client",
          "[export][fhir]") {
  const json theirs = BundleOf(WholeScene(crypto::Role::kTherapist));
  const auto totals = ResourcesOf(theirs, "Observation");
  REQUIRE(totals.size() == 4);  // PHQ-9, PHQ-2, GAD-7, K6
  std::map<std::string, json> by_code;
  for (const json& total : totals)
    by_code[total.at("code").value("/coding/0/code"_json_pointer, "k6")] = total;
  CHECK(by_code.at("44261-6").at("valueQuantity").at("value") == 27);
  CHECK(by_code.at("70274-6").at("valueQuantity").at("value") == 21);
  const std::string note = by_code.at("44261-6").at("note").at(0).at("text");
  CHECK(note.find("27 (of 0 to 27), severe. It is a screen, and no diagnosis.") !=
        std::string::npos);
  CHECK(ResourcesOf(BundleOf(WholeScene(crypto::Role::kClient)), "Observation").empty());

  for (const std::string format : {"json", "markdown", "html"}) {
    for (const crypto::Role role : {crypto::Role::kTherapist, crypto::Role::kClient}) {
      const WrittenScene scene = WholeScene(role);
      const Words words(role, scene.head.bonds, 0, scene.known);
      const auto writer = ExportFormatNamed(format, words);
      std::string text = writer->Begin(scene.head) + writer->OfBond(scene.bond);
      for (const MessageView& message : scene.messages) text += writer->Message(message);
      const bool shows = text.find("of 0 to 27") != std::string::npos;
      INFO(format);
      CHECK(shows == (role == crypto::Role::kTherapist));
      CHECK(text.find("every 2 weeks") != std::string::npos);
    }
  }
}

TEST_CASE("JSON holds each form whole, by the hash that its answers name", "[export]") {
  const WrittenScene scene = WholeScene(crypto::Role::kClient);
  const Words words(scene.role, scene.head.bonds, 0, scene.known);
  const auto format = JsonExport(words);
  std::string text = format->Begin(scene.head) + format->OfBond(scene.bond);
  for (const MessageView& message : scene.messages) text += format->Message(message);
  const json history = json::parse(text + format->End(scene.messages.size()));
  std::map<std::string, json> forms;
  for (const json& form : history.at("forms")) forms[form.at("hash")] = form.at("form");
  CHECK(forms.size() == forms::ShippedForms().size() + 1);
  for (const json& message : history.at("messages")) {
    const json& named =
        message.at("form").is_null() ? message.at("assigned_form") : message.at("form");
    if (named.is_null()) continue;
    REQUIRE(forms.contains(named.at("hash").get<std::string>()));
    const json& form = forms.at(named.at("hash").get<std::string>());
    CHECK(crypto::Sha256({forms::CanonicalBytes(form)}).hex() == named.at("hash"));
    CHECK(named.at("canonical") ==
          form.at("url").get<std::string>() + "|" + form.at("version").get<std::string>());
  }
}

TEST_CASE("an answer that its form could not be given stops no export, and is in the words alone",
          "[export][fhir]") {
  WrittenScene scene(crypto::Role::kTherapist);
  v1::Content content;
  *content.mutable_check_in() = BlankCheckIn(*scene.known.front());
  for (const auto& [link_id, text] : std::map<std::string, std::string>{{"part", "1e999"},
                                                                        {"day", "someday"},
                                                                        {"whole", "x"},
                                                                        {"words", "\x1b \x07"},
                                                                        {"plain", "Sometimes"},
                                                                        {"g", "a group"},
                                                                        {"not asked", "y"}}) {
    v1::Answer& answer = *content.mutable_check_in()->add_answers();
    answer.set_link_id(link_id);
    answer.set_text(text);
  }
  scene.messages.push_back(scene.Of(Kind::kCheckIn, content));
  const json bundle = BundleOf(scene);
  // Words that could steer something are made visible; all else does not fit.
  const json items = ResourcesOf(bundle, "QuestionnaireResponse").front().at("item");
  REQUIRE(items.size() == 1);
  CHECK(items.at(0).at("linkId") == "words");
  const std::string words = ResourcesOf(bundle, "Communication").front().at("payload").dump();
  for (const char* said : {"1e999", "someday", "Sometimes"}) {
    CHECK(words.find(said) != std::string::npos);
  }
}

TEST_CASE("public FHIR validators have nothing against it, and see what is wrong",
          "[export][fhir]") {
  for (const crypto::Role role : {crypto::Role::kTherapist, crypto::Role::kClient}) {
    for (const std::string& line : Validated(BundleOf(WholeScene(role)))) {
      if (line.find("absent") != std::string::npos) {
        WARN("not validated: " << line);
        return;
      }
      INFO(line);
      CHECK(line.ends_with(": nothing"));
    }
  }
  json broken = BundleOf(WholeScene(crypto::Role::kTherapist));
  for (json& entry : broken.at("entry")) {
    json& resource = entry.at("resource");
    if (resource.at("resourceType") == "Observation") resource.erase("code");
  }
  for (const std::string& line : Validated(broken)) {
    INFO(line);
    CHECK_FALSE(line.ends_with(": nothing"));
  }
}

}  // namespace holdfast::client::cli
