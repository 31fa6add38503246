"""Holds an SPDX file (standard input) against what SPDX 2.3 requires of one, in clauses 6, 7 and 11 of its text
and in its JSON schema. One line for each thing that is wrong; nothing where all is well."""
import collections
import json
import re
import sys
import urllib.parse

ID = re.compile(r"SPDXRef-[A-Za-z0-9.-]+")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
AGENT = re.compile(r"(Tool: \S+)|((Organization|Person): [^()]+( \([^()@\s]+@[^()@\s]+\))?)|NOASSERTION")
PURL = re.compile(r"pkg:deb/[a-z]+/([A-Za-z0-9.%_~-]+)@([A-Za-z0-9.%_~-]+)\?arch=[a-z0-9-]+(&distro=debian-[0-9]+)?")
LENGTHS = {"SHA1": 40, "SHA256": 64}


def document(told):
    for key, value in (("spdxVersion", "SPDX-2.3"), ("dataLicense", "CC0-1.0"), ("SPDXID", "SPDXRef-DOCUMENT")):
        if told.get(key) != value:
            yield f"{key} is not {value}"
    space = urllib.parse.urlsplit(told.get("documentNamespace", ""))
    if not space.scheme or not space.path or space.fragment or not told.get("name"):
        yield "documentNamespace is no absolute URI without a fragment, or there is no name"
    made = told.get("creationInfo", {})
    if not TIME.fullmatch(made.get("created", "")) or not made.get("creators"):
        yield "creationInfo does not say when and by whom"
    for creator in made.get("creators", []):
        if not AGENT.fullmatch(creator):
            yield f"creator: {creator}"


def package(one):
    name = one.get("name", "?")
    for key in ("name", "SPDXID", "downloadLocation", "licenseConcluded", "licenseDeclared", "copyrightText"):
        if not one.get(key):
            yield f"{name}: no {key}"
    if not ID.fullmatch(one.get("SPDXID", "")):
        yield f"{name}: SPDXID {one.get('SPDXID')}"
    # True is what it is by default, and then wants a verification code and files.
    if one.get("filesAnalyzed", True) is not False:
        yield f"{name}: filesAnalyzed"
    if not AGENT.fullmatch(one.get("supplier", "")):
        yield f"{name}: supplier {one.get('supplier')}"
    for sum_of in one.get("checksums", []):
        if not re.fullmatch(r"[0-9a-f]{%d}" % LENGTHS[sum_of["algorithm"]], sum_of["checksumValue"]):
            yield f"{name}: checksum"
    for reference in one.get("externalRefs", []):
        found = PURL.fullmatch(reference["referenceLocator"])
        if reference["referenceCategory"] != "PACKAGE-MANAGER" or reference["referenceType"] != "purl" or not found:
            yield f"{name}: {reference}"
        elif [urllib.parse.unquote(part) for part in found.group(1, 2)] != [name, one.get("versionInfo")]:
            yield f"{name}: its package URL names another"


def wrong(told):
    yield from document(told)
    for one in told.get("packages", []):
        yield from package(one)
    ids = collections.Counter([one.get("SPDXID") for one in told.get("packages", [])] + [told.get("SPDXID")])
    yield from (f"{name} is there {number} times" for name, number in ids.items() if number > 1)
    kinds = set()
    for link in told.get("relationships", []):
        kinds.add(link["relationshipType"])
        yield from (f"{end} is not there" for end in (link["spdxElementId"], link["relatedSpdxElement"]) if end not in ids)
    if kinds != {"DESCRIBES", "DEPENDS_ON", "BUILD_DEPENDENCY_OF"}:
        yield f"relationships: {sorted(kinds)}"


for line in wrong(json.load(sys.stdin)):
    print(line)
