#include "server/ops/init.h"

#include <system_error>

#include "rules/errors.h"
#include "server/ops/configuration.h"
#include "server/ops/data_directory.h"
#include "server/ops/practice_key.h"
#include "server/ops/tls_identity.h"

namespace holdfast::server {
namespace {

Configuration ConfigurationFor(const std::string& name) {
  Configuration configuration;
  if (name.empty()) return configuration;
  configuration.name = name;
  const bool is_ipv6 = HostOf(name).find(':') != std::string::npos;
  configuration.listen = is_ipv6 ? "[::]:7443" : "0.0.0.0:7443";
  return configuration;
}

absl::Status Fill(const DataDirectory& directory, const Configuration& configuration) {
  HOLDFAST_ASSIGN_OR_RETURN(const TlsIdentity tls, MakeTlsIdentity(HostOf(configuration.name)));
  HOLDFAST_RETURN_IF_ERROR(WriteSmallFile(directory.tls_key(), tls.key.Expose()));
  HOLDFAST_RETURN_IF_ERROR(WriteSmallFile(directory.tls_certificate(), tls.certificate));
  HOLDFAST_RETURN_IF_ERROR(
      WritePracticeKey(directory.practice_key(), crypto::SigningKey::Generate()));
  return WriteSmallFile(directory.configuration(), WriteConfiguration(configuration));
}

void Undo(const DataDirectory& directory, bool existed) {
  std::error_code ignored;
  for (const auto& file : {directory.configuration(), directory.practice_key(),
                           directory.tls_certificate(), directory.tls_key()}) {
    std::filesystem::remove(file, ignored);
  }
  if (!existed) std::filesystem::remove(directory.path(), ignored);
}

}  // namespace

absl::Status InitPractice(const std::filesystem::path& data, const std::string& name) {
  if (!name.empty()) HOLDFAST_RETURN_IF_ERROR(CheckName(name, "name"));
  std::error_code ignored;
  const bool existed = std::filesystem::exists(data, ignored);
  HOLDFAST_ASSIGN_OR_RETURN(const DataDirectory directory, DataDirectory::Create(data));
  absl::Status filled = Fill(directory, ConfigurationFor(name));
  if (filled.ok()) {
    const std::filesystem::path parent = std::filesystem::absolute(data).parent_path();
    filled = SyncDirectory(parent);
  }
  if (!filled.ok()) Undo(directory, existed);
  return filled;
}

}  // namespace holdfast::server
