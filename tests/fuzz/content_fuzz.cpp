// The first byte chooses the kind that the header names. What is taken can be written
// again, and says the same.
#include <google/protobuf/stubs/logging.h>

#include "client/core/shown/content.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  if (size == 0) return 0;
  static const google::protobuf::LogSilencer quiet;  // it complains of each wrong text
  const auto kind = static_cast<Kind>(data[0] % 6);
  const auto content = client::ParseContent(fuzz::View(data + 1, size - 1), kind);
  if (!content.ok()) return 0;
  (void)client::OwesReply(*content);
  const auto written = client::SerializeContent(*content, kind);
  fuzz::Require(written.ok());
  const auto again = client::ParseContent(*written, kind);
  fuzz::Require(again.ok() && again->SerializeAsString() == *written);
  return 0;
}
