// A store that notes what every committed transaction wrote, in order.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "server/store/store.h"

namespace holdfast::bench {

struct Write {
  Bytes key;
  std::optional<Bytes> value;  // none: erased
};
using Batch = std::vector<Write>;

class RecordingStore : public server::Store {
 public:
  explicit RecordingStore(server::Store& inner) : inner_(inner) {}

  std::unique_ptr<server::Transaction> Begin() override;

  // From now on, until TakeBatches. Any thread.
  void Record();
  std::vector<Batch> TakeBatches();

 private:
  class Recorder;
  void Keep(Batch batch);

  server::Store& inner_;
  std::mutex mutex_;
  bool recording_ = false;
  std::vector<Batch> batches_;
};

}  // namespace holdfast::bench
