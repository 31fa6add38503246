// Whom a person means by what they type.
#include "client/cli/words/naming.h"

#include "support/catch.h"

namespace holdfast::client::cli {
namespace {

BondView Called(char id, const std::string& label) {
  BondView bond;
  bond.id = BondId::From(Bytes(16, id), "bond").value();
  bond.label = label;
  return bond;
}

std::string LabelsOf(const std::vector<BondView>& bonds) {
  std::string labels;
  for (const BondView& bond : bonds) labels += bond.label + " ";
  return labels;
}

TEST_CASE("a name is known in any case, and by its beginning", "[naming]") {
  const std::vector<BondView> bonds = {Called('\x3b', "Anna"), Called('\x0a', "Anna-Lena"),
                                       Called('\x1c', "J\u00f6rg"), Called('\x2d', "")};
  const auto meant = [&](std::string_view wanted) { return LabelsOf(BondsMeant(bonds, wanted)); };
  CHECK(meant("Anna") == "Anna ");
  CHECK(meant("ANNA") == "Anna ");
  CHECK(meant("anna-") == "Anna-Lena ");
  CHECK(meant("j\u00d6") == "J\u00f6rg ");
  CHECK(meant("JO\u0308RG") == "J\u00f6rg ");
  CHECK(meant("an") == "Anna Anna-Lena ");
  CHECK(meant("1c1c") == "J\u00f6rg ");
  CHECK(meant("1C1C") == "J\u00f6rg ");
  CHECK(BondsMeant(bonds, "2d2d2d").size() == 1);
  CHECK(BondsMeant(bonds, "1c1").empty());  // too short for an id
  CHECK(BondsMeant(bonds, "Ben").empty());
  CHECK(BondsMeant(bonds, " ").empty());
}

TEST_CASE("a label counts before the id that begins like it", "[naming]") {
  const std::vector<BondView> bonds = {Called('\xbe', "Ann"), Called('\x01', "bebe")};
  CHECK(LabelsOf(BondsMeant(bonds, "bebe")) == "bebe ");
  CHECK(LabelsOf(BondsMeant(bonds, "bebeb")) == "Ann ");
}

TEST_CASE("the same name is the same, however it is written", "[naming]") {
  CHECK(IsSameName("Anna ", "aNNA"));
  CHECK(IsSameName("J\u00f6rg", "Jo\u0308rg"));
  CHECK_FALSE(IsSameName("Anna", "Anne"));
}

}  // namespace
}  // namespace holdfast::client::cli
