// A device of one account: everything that a front end can ask for. The engine
// writes first to the vault and then to the network, so that it can be stopped at
// any moment: what Write() accepted goes out sooner or later, once.
//
// One thread: the executor's. Every `Done` runs there, exactly once, unless the
// engine is destroyed first.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "client/core/outside/done.h"
#include "client/core/outside/world.h"
#include "client/core/shown/drafts.h"
#include "client/core/shown/erased.h"
#include "client/core/shown/imported.h"
#include "client/core/shown/shown.h"
#include "client/core/shown/standing.h"
#include "crypto/vault_key.h"

namespace holdfast::client {

struct BondOverview;
struct LedgerExport;

class Engine {
 public:
  // Opens the vault in `storage` (an empty one is a profile without an account
  // yet). vault_damaged, newer_format.
  static absl::StatusOr<std::unique_ptr<Engine>> Open(crypto::VaultKey key, World world);
  ~Engine();

  bool has_account() const;
  Identity identity() const;  // has_account() only
  // The account is new, and its recovery code is here until the person goes on: Enroll and Join
  // with the code that it was made with show it again.
  bool has_recovery_code() const;

  // Becomes a therapist, or a client, of the practice that the code or invitation
  // names. May be repeated after any failure: it goes on with the same keys and the same
  // recovery code, or with others where the practice refused those for their date.
  void Enroll(std::string_view enrolment_code, Done<Enrolled> done);
  void Join(std::string_view invitation, Done<Enrolled> done);

  // A history that was exported elsewhere, in a profile of its own: Begin, then its messages in
  // their order, as they were shown then, then Finish. From then on Messages, Message, EachMessage,
  // Thread, Bonds, Forms and identity() are of it; all that writes, decides or asks a practice is
  // refused. vault_exists where the profile holds something already.
  absl::Status BeginImport(const ImportedHistory& history);
  absl::Status ImportMessages(const std::vector<MessageView>& messages);
  absl::Status FinishImport();
  std::optional<ImportedHistory> imported() const;

  // The account's devices, this one first. Without the practice.
  absl::StatusOr<std::vector<DeviceView>> Devices();
  // A code for a further device, good for `valid_ms`, an hour at most. Needs the practice and
  // the recovery code, as the next two do. recovery_unknown, devices_full, malformed_field.
  void MakeLink(std::string_view recovery_code, std::uint64_t valid_ms, Done<std::string> done);
  // Another recovery code in the place of this one, which opens nothing any more.
  void NewRecoveryCode(std::string_view recovery_code, Done<std::string> done);
  // Shuts a device out for good. What it held stays on it. unknown_device, usage.
  void Unlink(const DeviceId& device, std::string_view recovery_code,
              Done<std::vector<DeviceView>> done);
  // The same without the code, until it is unlinked. What was sealed meanwhile waits for it.
  void Suspend(const DeviceId& device, Done<std::vector<DeviceView>> done);
  // Become a device of an account that there is, in a profile that has none, and fetch its
  // whole history. May be repeated after any failure. Recover() makes this its only device.
  // link_unknown, link_used, link_expired, devices_full, recovery_unknown, usage.
  void Link(std::string_view link_code, Done<SyncReport> done);
  void Recover(std::string_view address, std::string_view recovery_code, Done<SyncReport> done);

  // True once, a week after this device showed a recovery code.
  absl::StatusOr<bool> TakeCodeReminder();

  // A new invitation's text. Therapist only. Needs the practice.
  void Invite(const std::string& label, std::uint64_t valid_ms, Done<std::string> done);

  // Takes an invitation back. OK means that it is signed and safe in this vault; the
  // practice hears of it like of a message, and Invitations() says once it has agreed. Where
  // it was answered before, the bond counts, and an alarm says so. usage, invitation_used,
  // invitation_expired.
  absl::Status WithdrawInvitation(const LookupId& id);

  // Queues a message: OK means that it is safe in this vault and will be sent.
  absl::StatusOr<EnvelopeId> Write(const Draft& draft);
  // Keeps what was written and is not sent, sealed in this vault, until it is written or
  // dropped: a new draft, or in place of the one that `kept` names. Nothing is checked but
  // that it can be kept. too_large, malformed_field, outbox_full where there are
  // limits::kDraftsMax already, storage_failed.
  absl::StatusOr<DraftId> KeepDraft(const Draft& draft);
  // Oldest first.
  absl::StatusOr<std::vector<KeptDraft>> Drafts();
  absl::Status DropDraft(const DraftId& id);
  // Takes back what was written ahead, until it is released, and where it is held until somebody
  // has opened it. OK means that it is
  // decided and safe in this vault; the practice hears of it like of a message. usage,
  // unknown_envelope, act_superseded, bond_ended.
  absl::Status Withdraw(const EnvelopeId& id);
  // A therapist's note that is held, or would be, goes out as it is: their devices and the
  // client's learn so end to end. Where that was decided before, nothing. usage, unknown_envelope,
  // act_superseded, bond_ended, outbox_full, vault_rolled_back.
  absl::Status LetGo(const EnvelopeId& id);
  // The next openings of the bond's rhythm, those in a pause left out; at most
  // limits::kOpeningsMax, none where no rhythm runs.
  absl::StatusOr<std::vector<Slot>> Openings(const BondId& bond);

  // Sends what is queued, takes in what is waiting. One at a time. quota_exceeded also where
  // all went but decisions, which the practice takes no more of for now.
  void Sync(Done<SyncReport> done);

  // Stays connected, and reconnects by itself, waiting longer each time up to
  // limits::kReconnectMsMax.
  using Watcher = client::Watcher;
  void Watch(Watcher watcher);
  void StopWatching();

  absl::StatusOr<std::vector<MessageView>> Messages(const MessageQuery& query);
  // By the whole id in hex, or a prefix of at least 4 digits that only one has.
  absl::StatusOr<MessageView> Message(std::string_view id_prefix);
  // The history without a bound, one after the other: bond by bond, in the order of each, oldest
  // first. `take` answers false to stop; an error stops as well, and is the result.
  absl::Status EachMessage(const HistoryQuery& query,
                           const std::function<absl::StatusOr<bool>(MessageView)>& take);
  // The message, what it answers, what that answers, and all replies to any of these, in their
  // bond's order. unknown_envelope.
  absl::StatusOr<std::vector<MessageView>> Thread(const EnvelopeId& id);
  // Keeps a message, to find it again; nobody but the account's own devices learns of it. False
  // where it was so already. unknown_envelope, outbox_full beyond limits::kBookmarksMax.
  absl::StatusOr<bool> KeepMessage(const EnvelopeId& id);
  absl::StatusOr<bool> KeepMessageNoMore(const EnvelopeId& id);
  // What these say is gone from this vault and, when they next exchange, from the account's other
  // devices; the other side keeps theirs. All or none: unknown_envelope, usage naming "id" where
  // one cannot be erased yet, too_large beyond limits::kErasedPerCommitMax.
  absl::StatusOr<Erased> Erase(const std::vector<EnvelopeId>& ids);
  // All of a bond's that can be, and its drafts; and what that would be.
  absl::StatusOr<Erased> EraseHistory(const BondId& bond);
  absl::StatusOr<Erased> ErasableOf(const BondId& bond);
  // Overwrites what was erased before wherever the vault's storage still has it. storage_failed.
  absl::Status PurgeErased();
  // The person has seen it: the other side learns at the next sync.
  absl::Status MarkOpened(const EnvelopeId& id);
  // "I have read this, I was here", of a client's message: the client is told so, with its time,
  // at the next sync. Therapist only; where it was said before, nothing. usage, unknown_envelope,
  // bond_ended, vault_rolled_back.
  absl::Status MarkWitnessed(const EnvelopeId& id);
  // The person says that they have seen what it says about safety; their other devices learn it.
  // usage where it says nothing of the kind.
  absl::Status MarkSeen(const EnvelopeId& id);
  // Those of which nobody has said so yet, oldest first; of one bond or of all.
  absl::StatusOr<std::vector<MessageView>> NotSafe(const std::optional<BondId>& bond);

  // A form's canonical bytes, kept in this vault; those of a therapist's messages are here too.
  absl::Status KeepForm(BytesView canonical);
  absl::StatusOr<std::vector<Bytes>> Forms();

  // The client's mark on a message of either side; sealed like everything else.
  // Marking an open one again replaces its words. Client only; usage otherwise, and
  // for closing what is not open.
  absl::Status MarkRupture(const EnvelopeId& message, const std::string& text);
  absl::Status CloseRupture(const EnvelopeId& message);
  // On messages that are here, oldest first.
  absl::StatusOr<std::vector<RuptureView>> OpenRuptures();
  // The same with those messages, of one bond or of all.
  absl::StatusOr<std::vector<ShownRupture>> ShownRuptures(const std::optional<BondId>& bond);

  // What a person decides about a bond. OK means that it is signed and safe in this
  // vault; it goes out like a message. malformed_field, time_out_of_range or usage
  // where it cannot be, unknown_bond, bond_ended; nothing is changed then.
  absl::StatusOr<ActId> SetAvailability(const BondId& bond, const AvailabilityDraft& draft);
  absl::StatusOr<ActId> ProposeRhythm(const BondId& bond, const RhythmDraft& draft);
  // `shown`: the proposal with this hash and no other; act_superseded where another has
  // taken its place.
  absl::StatusOr<ActId> AcceptRhythm(const BondId& bond, const std::optional<Hash>& shown = {});
  // What the drafts would be if they were signed now, checked, to be shown before; and
  // exactly that signed.
  absl::StatusOr<Availability> Planned(const AvailabilityDraft& draft);
  absl::StatusOr<Rhythm> Planned(const RhythmDraft& draft);
  absl::StatusOr<ActId> SetAvailability(const BondId& bond, const Availability& availability);
  // Several bonds' hours, or a rhythm for several, in one commit, in their order, up to the first
  // that cannot be.
  struct DecidedForAll {
    std::vector<std::pair<BondId, ActId>> acts;
    absl::Status failed;  // of the next one
  };
  absl::StatusOr<DecidedForAll> SetAvailabilities(
      const std::vector<std::pair<BondId, Availability>>& all);
  absl::StatusOr<DecidedForAll> ProposeRhythms(const std::vector<BondView>& bonds,
                                               const Rhythm& rhythm);
  absl::StatusOr<ActId> ProposeRhythm(const BondId& bond, const Rhythm& rhythm);
  // Hours for everybody: of this device's bonds those without hours get them, and whoever
  // joins later. None where none were set.
  absl::Status SetStandingHours(const Availability& hours);
  absl::StatusOr<std::optional<Availability>> StandingHours();
  // A rhythm that is proposed to whoever joins later, and not to the bonds that are here;
  // none ends that. Therapist only.
  absl::Status SetStandingRhythm(const std::optional<Rhythm>& rhythm);
  absl::StatusOr<std::optional<Rhythm>> StandingRhythm();
  // The person has seen the proposal with this hash.
  absl::Status MarkProposalShown(const BondId& bond, const Hash& proposal);
  absl::StatusOr<ActId> EndRhythm(const BondId& bond);
  absl::StatusOr<ActId> Reschedule(const EnvelopeId& envelope, std::uint64_t due_at_ms);
  // From when Reschedule moves it: counts moves that wait to be taken. Refused like a move.
  absl::StatusOr<std::uint64_t> DueByNow(const EnvelopeId& envelope);
  // `ahead_too`: what was written ahead waits until then as well.
  absl::StatusOr<ActId> Pause(const BondId& bond, std::uint64_t until_ms, bool ahead_too = false);
  absl::StatusOr<ActId> Resume(const BondId& bond);
  absl::StatusOr<ActId> EndBond(const BondId& bond);
  // Decisions that the practice refused were shown: they are forgotten.
  absl::Status ForgetRefused();

  // Whether `act` would be refused as things stand: what it decides, writes, marks or takes back
  // with the engine that it is given is checked as ever, and nothing of it is kept. For whoever
  // shows or asks before something is done.
  absl::Status Rehearse(const std::function<absl::Status(Engine&)>& act);

  absl::StatusOr<StandingView> Standing(const BondId& bond);
  // Of several, for little more than one of them costs.
  absl::StatusOr<std::map<BondId, StandingView>> Standings(const std::vector<BondView>& bonds);
  // Entries with a higher number than `after`.
  absl::StatusOr<std::vector<LedgerLine>> Ledger(const BondId& bond, std::uint64_t after);
  // With all that proves it; VerifyLedger checks it without vault and practice.
  absl::StatusOr<LedgerExport> ExportLedger(const BondId& bond);
  // Reminders not yet shown that are still of use; TakeReminders marks them as shown.
  absl::StatusOr<std::vector<ReminderView>> Reminders();
  absl::StatusOr<std::vector<ReminderView>> TakeReminders();

  absl::StatusOr<std::vector<BondView>> Bonds();
  // The same with how they stand, sorted by what needs the person next.
  absl::StatusOr<std::vector<BondOverview>> BondsByNeed();
  // Those that nobody has answered, the newest date first: `all`, or without the ones that
  // are taken back, and those whose end the person was shown.
  absl::StatusOr<std::vector<InvitationView>> Invitations(bool all = false);
  // The person was shown which have expired.
  absl::Status MarkExpiriesShown();
  absl::Status SetLabel(const BondId& bond, const std::string& label);
  absl::StatusOr<std::size_t> Queued();
  // A number that grows with each, while one waits to be told; 0 where none does.
  absl::StatusOr<std::uint64_t> NewestAlarm();
  // `tell` is given the alarms not yet told, if there are any. They count as told when
  // it is through: a process that dies in between tells them once more.
  absl::Status TellAlarms(const std::function<void(const std::vector<Alarm>&)>& tell);

  // Checks of vault, practice and devices, one line each, for `doctor`.
  using Finding = client::Finding;
  void Examine(Done<std::vector<Finding>> done);

 private:
  class Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace holdfast::client
