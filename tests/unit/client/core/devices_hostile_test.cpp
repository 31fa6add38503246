// What a device that was shut out could still do together with the practice.
#include "unit/client/core/several_devices.h"

namespace holdfast::client {
namespace {

using Fate = DirectTransport::Fate;

// Nothing of it is appended.
void LoseAppends(TestPerson& person) {
  person.transport.fate = [](const std::string& method) {
    return method == "AppendArchive" ? Fate::kLoseRequest : Fate::kDeliver;
  };
}

std::string LabelOn(TestPerson& person) { return person.engine->Bonds()->front().label; }

}  // namespace

// It knows the keys of before, and signs as one that was the account's.
TEST_CASE("What a device tells the archive behind its unlinking counts for nobody") {
  const bool is_unlinked = GENERATE(true, false);
  SeveralDevices all;
  TestCouple& couple = all.couple;
  all.Link();
  REQUIRE(couple.client.engine->SetLabel(couple.client.bond(), "Dr. B").ok());
  all.Settle({&couple.client, &all.second});
  v1::AppendArchiveRequest told;
  all.second.transport.on_request = [&](const std::string& method,
                                        google::protobuf::Message& request) {
    if (method != "AppendArchive") return;
    if (told.records().empty()) told.CopyFrom(request);
    request.Clear();  // kept for later
  };
  REQUIRE(all.second.engine->SetLabel(all.second.bond(), "somebody else").ok());
  all.second.Sync().IgnoreError();
  REQUIRE(told.records_size() == 1);
  if (is_unlinked) {
    // Its own first record under the new key is held up as well.
    LoseAppends(couple.client);
    REQUIRE(couple.client.Unlink(OtherDevice(couple.client), couple.client_code).ok());
    couple.client.Sync().IgnoreError();
  }
  bool slipped_in = false;
  couple.client.transport.on_response = [&](const std::string& method,
                                            google::protobuf::Message& response) {
    if (method != "ReadArchive") return;
    auto& shown = static_cast<v1::ReadArchiveResponse&>(response);
    if (slipped_in) return;
    slipped_in = true;
    *shown.add_records() = told.records(0);
    shown.set_newest_number(shown.newest_number() + 1);
  };
  couple.client.Sync().IgnoreError();
  CHECK(LabelOn(couple.client) == (is_unlinked ? "Dr. B" : "somebody else"));
}

}  // namespace holdfast::client
