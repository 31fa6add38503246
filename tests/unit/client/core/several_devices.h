// A client with two devices, and their therapist.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "client/words/alarm_words.h"
#include "support/catch.h"
#include "support/client_world.h"

namespace holdfast::client {

struct SeveralDevices {
  SeveralDevices() : second(couple.practice, couple.executor) {}

  void Link(TestPerson& other) {
    const auto code = couple.client.MakeLink(couple.client_code);
    INFO(code.status());
    REQUIRE(code.ok());
    const auto linked = other.Link(*code);
    INFO(linked.status());
    REQUIRE(linked.ok());
  }
  void Link() { Link(second); }

  // Until nobody has anything new to tell.
  void Settle(const std::vector<TestPerson*>& people, int rounds = 3) {
    for (int i = 0; i < rounds; ++i) {
      for (TestPerson* person : people) {
        const auto synced = person->Sync();
        INFO(synced.status());
        CHECK(synced.ok());
      }
    }
  }

  TestCouple couple;
  TestPerson second;
};

inline std::vector<std::string> SortedTexts(TestPerson& person) {
  std::vector<std::string> texts = person.Texts();
  std::ranges::sort(texts);
  return texts;
}

// Only news of somebody's devices, and a restored backup where there was one.
inline void CheckCalm(TestPerson& person, bool was_restored = false) {
  for (const Alarm& alarm : person.TakeAlarms()) {
    INFO(AlarmText(alarm));
    const bool is_news =
        alarm.reason == Reason::kStaleDeviceList && alarm.kind != AlarmKind::kArchiveHidden;
    CHECK((is_news || (was_restored && alarm.reason == Reason::kPracticeRestored)));
  }
}

// The other device of an account with two.
inline DeviceId OtherDevice(TestPerson& person) {
  const auto devices = person.engine->Devices();
  REQUIRE(devices.ok());
  REQUIRE(devices->size() == 2);
  return devices->back().id;
}

inline std::size_t DeviceCount(TestPerson& person) {
  const auto devices = person.engine->Devices();
  REQUIRE(devices.ok());
  return devices->size();
}

inline absl::StatusOr<DraftId> KeepNote(TestPerson& person, const std::string& text) {
  Draft draft;
  draft.bond = person.bond();
  draft.kind = Kind::kNote;
  auto content = std::make_shared<v1::Content>();
  content->mutable_note()->set_text(text);
  draft.content = content;
  return person.engine->KeepDraft(draft);
}

}  // namespace holdfast::client
