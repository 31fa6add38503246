// What a malicious or damaged device could hold: a person's vault changed by hand.
#pragma once

#include <functional>

#include "client/core/vault/names.h"
#include "client/core/vault/vault.h"
#include "support/catch.h"
#include "support/client_world.h"

namespace holdfast::client {

inline void EditVault(TestPerson& person, const std::function<void(VaultChange&)>& work) {
  person.Stop();
  auto vault = Vault::Open(person.Key(), person.storage);
  REQUIRE(vault.ok());
  VaultChange change(**vault);
  work(change);
  REQUIRE(change.Commit().ok());
  person.Reopen();
}

// A second client of the couple's therapist; both have taken the bond in.
struct SecondClient {
  explicit SecondClient(TestCouple& couple) : person(couple.practice, couple.executor) {
    const auto invitation = couple.therapist.Invite("Lea");
    REQUIRE(invitation.ok());
    REQUIRE(person.Join(*invitation).ok());
    REQUIRE(couple.therapist.Sync().ok());
  }
  TestPerson person;
};

inline absl::StatusOr<EnvelopeId> NoteTo(TestPerson& from, const BondId& bond,
                                         const std::string& text) {
  auto content = std::make_shared<v1::Content>();
  content->mutable_note()->set_text(text);
  return from.engine->Write({bond, Kind::kNote, {}, content});
}

}  // namespace holdfast::client
