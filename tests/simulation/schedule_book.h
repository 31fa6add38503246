// An onlooker at the practice's store. After every batch it reads what the batch
// wrote of slots, promises and reminders, and holds it against a model of each bond
// and against the true clock: nothing early, nothing twice, nothing silently late.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "holdfast/v1/ledger.pb.h"
#include "simulation/bond_model.h"
#include "simulation/disk.h"
#include "simulation/verdict.h"

namespace holdfast::simulation {

class ScheduleBook {
 public:
  ScheduleBook(Verdict& verdict, Trace& trace) : verdict_(verdict), trace_(trace) {}

  struct Moment {
    std::uint64_t now_ms = 0;     // true
    std::uint64_t latest_ms = 0;  // that the practice may take for now
    bool is_prompt = false;       // nothing keeps it from firing what is due
    bool only_timers = false;     // the batch had no requests
  };
  // The practice committed a batch, and is about to wake these devices in this order.
  void Committed(const Rows& rows, const Moment& moment, const std::vector<DeviceId>& wakes);
  // An answer to an act leaves the practice.
  void Performed(const v1::PerformRequest& request, const v1::PerformResponse& response);
  // A process begins on this disk.
  void Restarted(const Rows& rows);
  // The operator put this backup in place.
  void Restored(const Rows& rows);

  // How the story calls an account's owner.
  void Name(const AccountKey& account, const std::string& name) { names_[account] = name; }

  // Somebody has a kind word waiting.
  std::function<void(const DeviceId&)> reminded;

  // Since the beginning of the year, in any life of the store.
  bool has_ended(const BondId& bond) const { return ended_.contains(bond); }
  bool was_promised(const EnvelopeId& id) const { return promised_.contains(id); }
  bool ever_stood(const EnvelopeId& id, Standing standing) const {
    return stood_.contains({id, standing});
  }
  bool was_released(const EnvelopeId& id) const { return released_.contains(id); }
  bool was_withdrawn(const EnvelopeId& id) const { return withdrawn_.contains(id); }
  // As the store says now; null where nothing was promised, or sealed ahead.
  const ModelPromise* promise(const BondId& bond, const EnvelopeId& id) const;
  const ModelAhead* ahead(const BondId& bond, const EnvelopeId& id) const;

 private:
  struct Mailbox {
    bool is_client = false;
    std::uint64_t read = 0;  // position
  };
  struct Bond {
    BondModel model;
    DeviceId client;
    DeviceId therapist;
    AccountKey client_account;
    AccountKey therapist_account;
    std::uint32_t formed_in = 0;  // life of the store
    std::uint64_t entries = 0;    // read of the ledger
    std::uint64_t envelopes = 0;  // read of the bond
  };
  struct News;

  std::string NameOf(const AccountKey& account) const;
  void Performed(const v1::SignedStatement& act, const v1::LedgerItem& item);
  void TakeAll(const Rows& rows, const ModelMoment& moment, const std::vector<DeviceId>* wakes);
  void MeetBonds(const Rows& rows);
  void Meet(const Rows& rows, const BondId& id, const Bytes& record);
  DeviceId MeetAccount(const Rows& rows, const AccountKey& account, bool is_client, bool is_new);
  void MeetDevices(const Rows& rows);
  std::vector<News> ReadNews(const Rows& rows, const BondId& id, Bond& bond) const;
  void Take(Bond& bond, const std::vector<News>& news, const ModelMoment& moment, bool is_new);
  void TakeReminders(const Rows& rows, bool of_clients, const ModelMoment& moment);
  void TakeReminder(const DeviceId& device, const Bytes& mail, bool is_client,
                    const ModelMoment& moment);
  bool IsKnownReminder(const DeviceId& device, const Bytes& reminder);
  void Remember(const LedgerEntry& entry, const Act* act);
  void Note(const Bond& bond, const LedgerEntry& entry, const Act* act);
  void CheckBodies(const Rows& rows, const BondId& id, const Bond& bond);
  void CheckToldFirst(const Bond& bond, const News& news, const std::vector<DeviceId>& wakes);
  void CheckPrompt(const Moment& moment);

  Verdict& verdict_;
  Trace& trace_;
  std::map<AccountKey, std::string> names_;
  std::map<BondId, Bond> bonds_;
  std::map<DeviceId, Mailbox> mailboxes_;
  // How often each reminder came to each device: all of an account's get it.
  std::map<Bytes, std::map<DeviceId, std::size_t>> reminders_;
  std::uint64_t batch_ = 0;
  std::uint64_t therapist_reminded_in_ = 0;  // the newest batch that did
  std::uint64_t prompt_since_ms_ = kNever;
  std::map<ActId, std::pair<BondId, Bytes>> performed_;  // answered: entries
  std::set<BondId> ended_;
  std::set<EnvelopeId> promised_;
  std::set<std::pair<EnvelopeId, Standing>> stood_;
  std::set<EnvelopeId> released_;
  std::set<EnvelopeId> withdrawn_;
};

}  // namespace holdfast::simulation
