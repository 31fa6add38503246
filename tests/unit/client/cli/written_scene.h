// A history with every kind of form, for tests of what is exported and imported.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "client/cli/words/export_format.h"
#include "client/cli/words/form_words.h"
#include "client/forms/form_import.h"
#include "client/forms/shipped.h"
#include "holdfast/v1/content.pb.h"
#include "support/catch.h"

namespace holdfast::client::cli {

// Every kind of question, with a unit of text that no form should be without.
inline constexpr const char* kEveryKind =
    R"({"resourceType": "Questionnaire", "id": "every", "url": "urn:test:every",
  "version": "1", "status": "draft", "title": "Every kind", "item": [
  {"linkId": "g", "type": "group", "text": "G", "item": [
    {"linkId": "whole", "type": "integer", "text": "Whole"},
    {"linkId": "part", "type": "decimal", "text": "Part"},
    {"linkId": "day", "type": "date", "text": "Day"}]},
  {"linkId": "yes", "type": "boolean", "text": "Yes"},
  {"linkId": "words", "type": "text", "text": "Words", "required": true},
  {"linkId": "plain", "type": "choice", "text": "Plain", "answerOption": [{"valueString": "Never"},
    {"valueInteger": 7}, {"valueCoding": {"code": "often", "display": "Often"}}]}]})";

// What each question of the form is answered with: choices by the last, all else by something.
inline void AnswerAll(const forms::Form& form, v1::CheckIn& check_in) {
  forms::GivenAnswers given;
  for (const forms::Item& item : form.items) {
    if (!forms::IsQuestion(item)) continue;
    if (item.type == forms::ItemType::kChoice) given[item.link_id] = item.options.back().code;
    if (item.type == forms::ItemType::kInteger) given[item.link_id] = std::int64_t{3};
    if (item.type == forms::ItemType::kDecimal) given[item.link_id] = std::string("2.5");
    if (item.type == forms::ItemType::kDate) given[item.link_id] = std::string("2026-03-01");
    if (item.type == forms::ItemType::kBoolean) given[item.link_id] = true;
    if (item.type == forms::ItemType::kText) given[item.link_id] = std::string("in words");
  }
  PutAnswers(form, forms::FillForm(form, given).value(), check_in);
}

struct WrittenScene {
  explicit WrittenScene(crypto::Role whose) : role(whose) {
    bond.id = BondId::From(Bytes(16, '\x77'), "bond").value();
    bond.own_role = whose;
    bond.label = "Ann";
    head.identity.role = whose;
    head.identity.account = AccountKey::From(Bytes(32, '\x11'), "account").value();
    head.bonds = {bond};
    head.written_ms = 1'772'366'400'000;
    known = {forms::ParseForm(kEveryKind).value()};
  }
  MessageView Of(Kind kind, const v1::Content& content) {
    MessageView message;
    message.id = EnvelopeId::From(Bytes(15, '\x01') + ++next, "id").value();
    message.bond = bond.id;
    message.kind = kind;
    message.from = kind == Kind::kCheckIn ? crypto::Role::kClient : crypto::Role::kTherapist;
    message.mine = message.from == role;
    message.sent_at_ms = message.reached_at_ms = 1'772'000'000'000;
    message.state = message.reached = MessageState::kOpened;
    message.content = std::make_shared<v1::Content>(content);
    return message;
  }
  void Add(const forms::Form& form, bool all) {
    v1::Content content;
    *content.mutable_check_in() = BlankCheckIn(form);
    content.mutable_check_in()->set_need(v1::NEED_REPLY);
    if (all) AnswerAll(form, *content.mutable_check_in());
    messages.push_back(Of(Kind::kCheckIn, content));
  }

  crypto::Role role;
  BondView bond;
  ExportHead head;
  std::vector<forms::FormRef> known;
  std::vector<MessageView> messages;
  char next = 0;
};

// Each form that comes along and one with every kind of question, all answered, and once not at
// all; a form that is asked for, and what was answered.
inline WrittenScene WholeScene(crypto::Role role) {
  WrittenScene scene(role);
  for (const forms::FormRef& form : forms::ShippedForms()) scene.Add(*form, true);
  scene.Add(*scene.known.front(), true);
  scene.Add(*scene.known.front(), false);
  v1::Content content;
  v1::FormAssignment& assigned = *content.mutable_form_assignment();
  assigned.set_canonical(scene.known.front()->Canonical());
  assigned.set_form(scene.known.front()->canonical);
  assigned.set_every_days(14);
  scene.messages.push_back(scene.Of(Kind::kNote, content));
  content.mutable_reply()->set_text("I read it.");
  scene.messages.push_back(scene.Of(Kind::kReply, content));
  scene.messages.back().reply_to = scene.messages.front().id;
  return scene;
}

}  // namespace holdfast::client::cli
