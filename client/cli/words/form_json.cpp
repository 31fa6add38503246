#include "client/cli/words/form_json.h"

#include <algorithm>

#include "client/cli/words/form_words.h"
#include "client/cli/words/json.h"
#include "crypto/public/hash.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client::cli {
namespace {

Json ChoicesJson(const forms::Item& item) {
  Json choices = Json::array();
  for (const forms::Option& option : item.options) {
    choices.push_back(
        {{"number", choices.size() + 1}, {"code", option.code}, {"text", option.text}});
  }
  return choices;
}

}  // namespace

Json FormJson(const forms::Form& form) {
  Json items = Json::array();
  // Those of the first choice, which most others share.
  Json shared = Json::array();
  for (const forms::Item& item : form.items) {
    if (item.type == forms::ItemType::kChoice && shared.empty()) shared = ChoicesJson(item);
  }
  for (const forms::Item& item : form.items) {
    if (!forms::IsQuestion(item)) continue;
    Json own = nullptr;
    if (item.type == forms::ItemType::kChoice && ChoicesJson(item) != shared) {
      own = ChoicesJson(item);
    }
    items.push_back({{"id", item.link_id},
                     {"text", TextJson(item.text)},
                     {"type", forms::NameOf(item.type)},
                     {"conditional", !item.conditions.empty()},
                     {"choices", own}});
  }
  return {{"name", form.name},
          {"version", BlankCheckIn(form).form_version()},
          {"canonical", form.Canonical()},
          {"hash", form.hash.hex()},
          {"title", form.title},
          {"introduction", TextJson(form.introduction)},
          {"notice", TextJson(form.notice)},
          {"recall_days", form.recall_days == 0 ? Json(nullptr) : Json(form.recall_days)},
          {"scored", form.IsScored()},
          {"items", items},
          {"choices", shared}};
}

Json AnsweredFormJson(const MessageView& message) {
  if (!message.content || !message.content->has_check_in()) return nullptr;
  const v1::CheckIn& check_in = message.content->check_in();
  const auto hash = Hash::From(check_in.form_hash(), "form_hash");
  return {{"name", check_in.form()},
          {"version", check_in.form_version()},
          {"canonical", TextJson(check_in.canonical())},
          {"hash", hash.ok() ? Json(hash->hex()) : Json(nullptr)}};
}

Json AssignedFormJson(const MessageView& message) {
  if (!message.content || !message.content->has_form_assignment()) return nullptr;
  const v1::FormAssignment& assigned = message.content->form_assignment();
  const bool asks = !assigned.form().empty();
  return {{"canonical", assigned.canonical()},
          {"hash", asks ? Json(crypto::Sha256({assigned.form()}).hex()) : Json(nullptr)},
          {"every_days", asks ? Json(assigned.every_days()) : Json(nullptr)}};
}

}  // namespace holdfast::client::cli
