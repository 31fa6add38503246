// Bad input changes nothing and gets a typed error naming the field: every bytes
// field of every request, missing, cut short, too long, and with every byte
// changed; then each number and each field of a header.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <set>

#include "rules/codec.h"
#include "server/core/records/limits.h"
#include "support/catch.h"
#include "support/server_account.h"

namespace holdfast::server {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// One bytes field of a message, found anew in each copy.
struct BytesField {
  std::string path;  // e.g. "registration.list.statement", "capsules[0].device"
  std::function<Bytes(const Message&)> get;
  std::function<void(Message&, const Bytes&)> set;
};

void Collect(const Message& message, const std::string& prefix,
             const std::function<Message&(Message&)>& enter, std::vector<BytesField>& fields) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> set_fields;
  reflection.ListFields(message, &set_fields);
  for (const FieldDescriptor* field : set_fields) {
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      const bool repeated = field->is_repeated();
      const std::string path =
          prefix + field->name() + (repeated ? "[" + std::to_string(i) + "]" : "");
      if (field->type() == FieldDescriptor::TYPE_BYTES) {
        fields.push_back({path,
                          [=](const Message& top) {
                            Message& at = enter(const_cast<Message&>(top));
                            return repeated ? at.GetReflection()->GetRepeatedString(at, field, i)
                                            : at.GetReflection()->GetString(at, field);
                          },
                          [=](Message& top, const Bytes& value) {
                            Message& at = enter(top);
                            if (repeated) {
                              at.GetReflection()->SetRepeatedString(&at, field, i, value);
                            } else {
                              at.GetReflection()->SetString(&at, field, value);
                            }
                          }});
      } else if (field->type() == FieldDescriptor::TYPE_MESSAGE) {
        const Message& inner = repeated ? reflection.GetRepeatedMessage(message, field, i)
                                        : reflection.GetMessage(message, field);
        Collect(
            inner, path + ".",
            [=](Message& top) -> Message& {
              Message& at = enter(top);
              return repeated ? *at.GetReflection()->MutableRepeatedMessage(&at, field, i)
                              : *at.GetReflection()->MutableMessage(&at, field);
            },
            fields);
      }
    }
  }
}

std::vector<BytesField> BytesFieldsOf(const Message& message) {
  std::vector<BytesField> fields;
  Collect(
      message, "", [](Message& top) -> Message& { return top; }, fields);
  return fields;
}

// The bytes of these mean nothing to the server: only their size can be wrong.
const std::set<std::string> kOpaque = {"body", "answer_mac", "registration.recovery_lookup",
                                       "registration.recovery_authentication_hash",
                                       "registration.sealed_account_key"};
// Their size varies too.
const std::set<std::string> kFree = {"capsules[0].sealed"};
// Some changes of these make another valid request; they have tests of their own.
const std::set<std::string> kValued = {"header", "answer", "cursor.incarnation"};
// These may be missing: the request then asks for something else.
const std::set<std::string> kOptional = {"cursor.incarnation"};

std::string FirstPart(const std::string& path) { return path.substr(0, path.find_first_of(".[")); }

// Runs every change of every bytes field of `request`.
template <class Request>
void CheckEveryBytesField(ServerWorld& world, const std::string& call, const Request& request,
                          const std::function<absl::Status(const Request&)>& ask) {
  const MemoryStore::Rows rows = world.rows();
  const auto refuse = [&](const BytesField& field, const Bytes& value, const char* change) {
    Request changed = request;
    field.set(changed, value);
    const absl::Status status = ask(changed);
    INFO(call << "." << field.path << " " << change << ": " << status);
    CHECK_FALSE(status.ok());
    CHECK(ReasonOf(status) != Reason::kInternal);
    CHECK(ReasonOf(status) != Reason::kStorageFailed);
    const std::string blamed = FirstPart(FieldOf(status));
    // A body of another size contradicts its header. A wrong token is told from a code that is
    // not there by nobody.
    CHECK((blamed == FirstPart(field.path) || (field.path == "body" && blamed == "header") ||
           (field.path == "token" && blamed == "lookup_id")));
    REQUIRE(world.rows() == rows);
  };
  for (const BytesField& field : BytesFieldsOf(request)) {
    const Bytes good = field.get(request);
    if (!kOptional.contains(field.path)) refuse(field, "", "missing");
    if (kFree.contains(field.path)) continue;
    refuse(field, good.substr(0, good.size() - 1), "cut short");
    refuse(field, good + '\0', "too long");
    if (kOpaque.contains(field.path) || kValued.contains(field.path)) continue;
    for (std::size_t i = 0; i < good.size(); ++i) {
      Bytes flipped = good;
      flipped[i] = static_cast<char>(flipped[i] ^ 0x41);
      refuse(field, flipped, "with a byte changed");
    }
  }
  // And the request was good all along.
  const absl::Status status = ask(request);
  INFO(call << ": " << status);
  CHECK(status.ok());
}

}  // namespace

TEST_CASE("every malformed field of joining is named and changes nothing") {
  ServerWorld world;
  const TestDevice therapist = world.MakeDevice();
  CheckEveryBytesField<v1::EnrollTherapistRequest>(
      world, "EnrollTherapist", world.Enrolment(therapist, world.AddTherapist()),
      [&](const v1::EnrollTherapistRequest& request) {
        return world.Run([&](Core& core, Transaction& transaction) {
          v1::EnrollTherapistResponse response;
          return core.EnrollTherapist(transaction, request, response);
        });
      });
}

TEST_CASE("every malformed field of joining with a stated recovery code is named") {
  ServerWorld world;
  TestDevice therapist = world.MakeDevice();
  const TestRecovery recovery = TestAccount(world, therapist).MakeRecovery(1);
  therapist.registration.clear_recovery_lookup();
  therapist.registration.clear_recovery_authentication_hash();
  therapist.registration.clear_sealed_account_key();
  *therapist.registration.mutable_recovery() = recovery.carried;
  CheckEveryBytesField<v1::EnrollTherapistRequest>(
      world, "EnrollTherapist", world.Enrolment(therapist, world.AddTherapist()),
      [&](const v1::EnrollTherapistRequest& request) {
        return world.Run([&](Core& core, Transaction& transaction) {
          v1::EnrollTherapistResponse response;
          return core.EnrollTherapist(transaction, request, response);
        });
      });
}

TEST_CASE("every malformed field of a change of the account is named and changes nothing") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  TestAccount account(world, bond.client);
  const TestDevice second = account.MakeFurther();
  v1::ChangeAccountRequest change = account.ChangeTo({&bond.client, &second});
  *change.mutable_recovery() = account.MakeRecovery(1).carried;
  *change.mutable_epoch() = account.MakeEpoch(2);
  CheckEveryBytesField<v1::ChangeAccountRequest>(
      world, "ChangeAccount", change, [&](const v1::ChangeAccountRequest& request) {
        return account.Change(bond.client.caller(), request);
      });
  v1::SuspendDeviceRequest suspend;
  *suspend.mutable_suspension() = account.MakeSuspension(bond.client, second);
  CheckEveryBytesField<v1::SuspendDeviceRequest>(
      world, "SuspendDevice", suspend, [&](const v1::SuspendDeviceRequest& request) {
        return account.Suspend(bond.client, request.suspension());
      });
}

TEST_CASE("every malformed field of what a further device asks for is named") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  TestAccount account(world, bond.client);
  const v1::CreateLinkRequest link = MakeLink(world);
  REQUIRE(Link(world, bond.client, link).ok());
  v1::GetLinkRequest by_link;
  by_link.set_lookup_id(link.lookup_id());
  CheckEveryBytesField<v1::GetLinkRequest>(world, "GetLink", by_link,
                                           [&](const v1::GetLinkRequest& request) {
                                             return GetLink(world, request.lookup_id()).status();
                                           });
  const TestRecovery recovery = account.MakeRecovery(1);
  v1::ChangeAccountRequest change = account.Unchanged();
  *change.mutable_recovery() = recovery.carried;
  REQUIRE(account.Change(bond.client.caller(), change).ok());
  v1::GetRecoveryRequest by_code;
  by_code.set_lookup_id(recovery.lookup.str());
  by_code.set_token(recovery.token);
  CheckEveryBytesField<v1::GetRecoveryRequest>(
      world, "GetRecovery", by_code, [&](const v1::GetRecoveryRequest& request) {
        return world.Run([&](Core& core, Transaction& transaction) {
          v1::NewDeviceResponse response;
          return core.GetRecovery(transaction, request, response);
        });
      });
  v1::AppendArchiveRequest append;
  *append.add_records() = account.MakeRecord(bond.client);
  *append.add_records() = account.MakeRecord(bond.client);
  CheckEveryBytesField<v1::AppendArchiveRequest>(
      world, "AppendArchive", append, [&](const v1::AppendArchiveRequest& request) {
        return account.Append(bond.client, {request.records().begin(), request.records().end()});
      });
}

TEST_CASE("every malformed field of a login is named and changes nothing") {
  ServerWorld world;
  const TestDevice therapist = world.EnrolledTherapist();
  v1::AuthenticateRequest request;
  *request.mutable_login() = world.MakeLogin(therapist, 2);
  CheckEveryBytesField<v1::AuthenticateRequest>(
      world, "Authenticate", request, [&](const v1::AuthenticateRequest& changed) {
        return world.Run([&](Core& core, Transaction& transaction) {
          v1::AuthenticateResponse response;
          return core.Authenticate(transaction, changed, response);
        });
      });
}

TEST_CASE("every malformed field around an invitation is named and changes nothing") {
  ServerWorld world;
  const TestDevice therapist = world.EnrolledTherapist(), client = world.MakeDevice();
  const v1::SignedStatement invitation = world.MakeInvitation(therapist);
  v1::CreateInvitationRequest create;
  *create.mutable_invitation() = invitation;
  CheckEveryBytesField<v1::CreateInvitationRequest>(
      world, "CreateInvitation", create, [&](const v1::CreateInvitationRequest& request) {
        return world.Run([&](Core& core, Transaction& transaction) {
          v1::CreateInvitationResponse response;
          return core.CreateInvitation(transaction, therapist.caller(), request, response);
        });
      });
  v1::WithdrawInvitationRequest withdraw;
  *withdraw.mutable_invitation() = world.MakeInvitation(therapist);
  *withdraw.mutable_withdrawal() = world.MakeWithdrawal(therapist, withdraw.invitation());
  CheckEveryBytesField<v1::WithdrawInvitationRequest>(
      world, "WithdrawInvitation", withdraw, [&](const v1::WithdrawInvitationRequest& request) {
        return world.Run([&](Core& core, Transaction& transaction) {
          v1::WithdrawInvitationResponse response;
          return core.WithdrawInvitation(transaction, therapist.caller(), request, response);
        });
      });
  v1::GetInvitationRequest get;
  get.set_lookup_id(invitation.statement().substr(1 + PracticeKey::size, LookupId::size));
  CheckEveryBytesField<v1::GetInvitationRequest>(
      world, "GetInvitation", get, [&](const v1::GetInvitationRequest& request) {
        return world.Run([&](Core& core, Transaction& transaction) {
          v1::GetInvitationResponse response;
          return core.GetInvitation(transaction, request, response);
        });
      });
  CheckEveryBytesField<v1::RedeemInvitationRequest>(
      world, "RedeemInvitation", world.Redemption(invitation, client),
      [&](const v1::RedeemInvitationRequest& request) {
        return world.Run([&](Core& core, Transaction& transaction) {
          v1::RedeemInvitationResponse response;
          return core.RedeemInvitation(transaction, request, response);
        });
      });
}

TEST_CASE("every malformed field of the device calls is named and changes nothing") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  v1::PublishPrekeyRequest prekey;
  *prekey.mutable_prekey() = Carried(world.MakePrekey(bond.client, 2));
  CheckEveryBytesField<v1::PublishPrekeyRequest>(
      world, "PublishPrekey", prekey, [&](const v1::PublishPrekeyRequest& request) {
        return world.Run([&](Core& core, Transaction& transaction) {
          v1::PublishPrekeyResponse response;
          return core.PublishPrekey(transaction, bond.client.caller(), request, response);
        });
      });
  v1::GetDevicesRequest devices;
  devices.set_account(bond.therapist.account.str());
  CheckEveryBytesField<v1::GetDevicesRequest>(
      world, "GetDevices", devices, [&](const v1::GetDevicesRequest& request) {
        return world.Run([&](Core& core, Transaction& transaction) {
          v1::GetDevicesResponse response;
          return core.GetDevices(transaction, bond.client.caller(), request, response);
        });
      });
}

TEST_CASE("every malformed field of sending and reading is named and changes nothing") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const v1::SendRequest send = world.MakeSend(bond, bond.client);
  v1::SendResponse sent;
  CheckEveryBytesField<v1::SendRequest>(world, "Send", send, [&](const v1::SendRequest& request) {
    return world.Send(bond.client, request, sent);
  });

  const auto page = world.Read(bond.therapist, {});
  v1::SubscribeRequest subscribe;
  *subscribe.mutable_cursor() = page->cursor();
  CheckEveryBytesField<v1::SubscribeRequest>(
      world, "Subscribe", subscribe, [&](const v1::SubscribeRequest& request) {
        return world.Read(bond.therapist, request.cursor()).status();
      });
  v1::AcknowledgeRequest acknowledge;
  *acknowledge.mutable_cursor() = page->cursor();
  CheckEveryBytesField<v1::AcknowledgeRequest>(
      world, "Acknowledge", acknowledge, [&](const v1::AcknowledgeRequest& request) {
        return world.Acknowledge(bond.therapist, request.cursor());
      });
  v1::HistoryRequest history;
  history.set_bond(bond.id.str());
  const std::function<absl::Status(const v1::HistoryRequest&)> read_history =
      [&](const v1::HistoryRequest& request) {
        return world.Run([&](Core& core, Transaction& transaction) {
          v1::HistoryResponse response;
          return core.History(transaction, bond.client.caller(), request, response);
        });
      };
  CheckEveryBytesField<v1::HistoryRequest>(world, "History", history, read_history);
  history.set_limit(static_cast<std::uint32_t>(kPageEntriesMax + 1));
  CHECK(FieldOf(read_history(history)) == "limit");
}

TEST_CASE("every malformed field of a restore report is named and changes nothing") {
  ServerWorld world;
  TestBond bond = world.FormBond();
  const MemoryStore::Rows backup = world.rows();
  // Two in a batch, so that the evidence has a path.
  const v1::SendRequest requests[2] = {world.MakeSend(bond, bond.client),
                                       world.MakeSend(bond, bond.client)};
  v1::SendResponse responses[2];
  const auto send = [&](int i) {
    return [&, i](Core& core, Transaction& transaction) {
      return core.Send(transaction, bond.client.caller(), requests[i], responses[i]);
    };
  };
  for (const absl::Status& outcome : world.RunBatch({send(0), send(1)})) REQUIRE(outcome.ok());
  world.store.Restore(backup);
  world.Restart();
  world.LogIn(bond.client);
  v1::ReportRestoreRequest report;
  *report.mutable_evidence() = responses[1].receipt();
  REQUIRE(report.evidence().path_size() == 1);
  CheckEveryBytesField<v1::ReportRestoreRequest>(
      world, "ReportRestore", report, [&](const v1::ReportRestoreRequest& request) {
        return world.Run([&](Core& core, Transaction& transaction) {
          v1::ReportRestoreResponse response;
          return core.ReportRestore(transaction, bond.client.caller(), request, response);
        });
      });
}

TEST_CASE("every part of a header is checked, and the refusal names it") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const MemoryStore::Rows rows = world.rows();
  const auto blamed = [&](const std::function<void(Header&)>& change) {
    Header header = world.MakeHeader(bond, bond.client);
    change(header);
    v1::SendRequest request = world.MakeSend(bond, bond.client, header);
    v1::SendResponse response;
    const absl::Status status = world.Send(bond.client, request, response);
    CHECK(world.rows() == rows);
    return FieldOf(status);
  };
  CHECK(blamed([](Header& header) { header.bond = BondId(); }) == "header.bond");
  CHECK(blamed([](Header& header) { header.envelope = EnvelopeId(); }) == "header.envelope");
  CHECK(blamed([](Header& header) { header.sender_account = AccountKey(); }) ==
        "header.sender_account");
  CHECK(blamed([](Header& header) { header.sender_device = DeviceId(); }) ==
        "header.sender_device");
  CHECK(blamed([](Header& header) { header.kind = static_cast<Kind>(9); }) == "header.kind");
  CHECK(blamed([](Header& header) { header.sent_at_ms = 5; }) == "header.sent_at_ms");
  CHECK(blamed([&](Header& header) {
          header.sent_at_ms = world.clock.wall_ms + limits::kSentAheadMsMax + 1;
        }) == "header.sent_at_ms");
  CHECK(blamed([](Header& header) { header.body_bytes = 100; }) == "header.body_bytes");
  CHECK(blamed([](Header& header) { header.body_bytes = 584; }) == "header.body_bytes");
  CHECK(blamed([](Header& header) { header.release.at_ms = 1; }) == "header.release.at_ms");
  CHECK(blamed([](Header& header) { header.sender_list_version = 0; }) ==
        "header.sender_list_version");
  CHECK(blamed([](Header& header) { header.receiver_list_version = 7; }) ==
        "header.receiver_list_version");

  v1::SendRequest newer = world.MakeSend(bond, bond.client);
  newer.mutable_header()->front() = 2;
  v1::SendResponse response;
  const absl::Status status = world.Send(bond.client, newer, response);
  CHECK(ReasonOf(status) == Reason::kUnsupportedVersion);
  CHECK(FieldOf(status) == "header.version");
  CHECK(world.rows() == rows);
}

TEST_CASE("no change of a header's bits aborts or is stored under a wrong name") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const v1::SendRequest good = world.MakeSend(bond, bond.client);
  constexpr std::size_t kPromiseMissedBit = 123 * 8 + 2;  // of the release condition
  for (std::size_t bit = 0; bit < good.header().size() * 8; ++bit) {
    v1::SendRequest request = good;
    char& byte = (*request.mutable_header())[bit / 8];
    byte = static_cast<char>(byte ^ (1 << (bit % 8)));
    const MemoryStore::Rows rows = world.rows();
    v1::SendResponse response;
    const absl::Status status = world.Send(bond.client, request, response);
    if (status.ok()) continue;
    INFO("bit " << bit << ": " << status);
    // One bit makes it something sealed ahead, which has no capsules.
    CHECK(FirstPart(FieldOf(status)) == (bit == kPromiseMissedBit ? "capsules" : "header"));
    CHECK(world.rows() == rows);
  }
}

TEST_CASE("capsules are exactly the devices, each once, none too large") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const MemoryStore::Rows rows = world.rows();
  const v1::SendRequest good = world.MakeSend(bond, bond.client);
  const auto blamed = [&](const std::function<void(v1::SendRequest&)>& change) {
    v1::SendRequest request = good;
    change(request);
    v1::SendResponse response;
    const absl::Status status = world.Send(bond.client, request, response);
    CHECK(world.rows() == rows);
    return FieldOf(status);
  };
  CHECK(blamed([](v1::SendRequest& request) { request.clear_capsules(); }) == "capsules");
  CHECK(blamed([](v1::SendRequest& request) { *request.add_capsules() = request.capsules(0); }) ==
        "capsules[1].device");
  CHECK(blamed([&](v1::SendRequest& request) {
          v1::Capsule own = request.capsules(0);
          own.set_device(bond.client.id.str());
          *request.add_capsules() = own;
        }) == "capsules");
  CHECK(blamed([&](v1::SendRequest& request) {
          request.mutable_capsules(0)->set_device(bond.client.id.str());
        }) == "capsules");
  CHECK(blamed([](v1::SendRequest& request) {
          request.mutable_capsules(0)->set_sealed(Bytes(limits::kCapsuleBytesMax + 1, 'c'));
        }) == "capsules[0].sealed");
  CHECK(blamed([](v1::SendRequest& request) {
          for (std::size_t i = 0; i < limits::kCapsulesMax; ++i) {
            *request.add_capsules() = request.capsules(0);
          }
        }) == "capsules");
  CHECK(blamed([](v1::SendRequest& request) {
          request.set_body(Bytes(limits::kBodyBytesMax + 1, 'b'));
        }) == "body");
}

}  // namespace holdfast::server
