#include "client/cli/commands/unlocking.h"

#include <iostream>

#include "rules/errors.h"

namespace holdfast::client::cli {

absl::StatusOr<OpenedVault> OpenByPassphrase(const std::filesystem::path& file,
                                             PassphraseSource& source) {
  for (int tries = 1;; ++tries) {
    HOLDFAST_ASSIGN_OR_RETURN(const crypto::SecretBytes given, source.Existing());
    const crypto::SecretBytes passphrase = NormalPassphrase(given);
    auto vault = OpenVault(file, passphrase.Expose(), kVaultWait);
    const auto is_wrong = [&] { return ReasonOf(vault.status()) == Reason::kWrongPassphrase; };
    // A vault may have been made before there was one form.
    if (is_wrong() && !(passphrase == given)) {
      vault = OpenVault(file, given.Expose(), kVaultWait);
    }
    if (!is_wrong() || !source.asks() || tries == kPassphraseTriesMax) return vault;
    std::cerr << "That is not this profile's passphrase. Try once more.\n";
  }
}

}  // namespace holdfast::client::cli
