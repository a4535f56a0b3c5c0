#include "core/host/distribution_table.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_split.h"

namespace provision {
namespace {

struct Codename {
  absl::string_view distribution;
  absl::string_view codename;
  absl::string_view version;  // "" rolls
};

constexpr Codename kCodenames[] = {
    {"debian", "wheezy", "7"},       {"debian", "jessie", "8"},
    {"debian", "stretch", "9"},      {"debian", "buster", "10"},
    {"debian", "bullseye", "11"},    {"debian", "bookworm", "12"},
    {"debian", "trixie", "13"},      {"debian", "forky", "14"},
    {"debian", "duke", "15"},        {"debian", "sid", ""},
    {"ubuntu", "precise", "12.04"},  {"ubuntu", "trusty", "14.04"},
    {"ubuntu", "utopic", "14.10"},   {"ubuntu", "vivid", "15.04"},
    {"ubuntu", "wily", "15.10"},     {"ubuntu", "xenial", "16.04"},
    {"ubuntu", "yakkety", "16.10"},  {"ubuntu", "zesty", "17.04"},
    {"ubuntu", "artful", "17.10"},   {"ubuntu", "bionic", "18.04"},
    {"ubuntu", "cosmic", "18.10"},   {"ubuntu", "disco", "19.04"},
    {"ubuntu", "eoan", "19.10"},     {"ubuntu", "focal", "20.04"},
    {"ubuntu", "groovy", "20.10"},   {"ubuntu", "hirsute", "21.04"},
    {"ubuntu", "impish", "21.10"},   {"ubuntu", "jammy", "22.04"},
    {"ubuntu", "kinetic", "22.10"},  {"ubuntu", "lunar", "23.04"},
    {"ubuntu", "mantic", "23.10"},   {"ubuntu", "noble", "24.04"},
    {"ubuntu", "oracular", "24.10"}, {"ubuntu", "plucky", "25.04"},
    {"ubuntu", "questing", "25.10"}, {"ubuntu", "resolute", "26.04"}};

struct Likeness {
  absl::string_view name;
  absl::string_view like;  // nearest first, separated by spaces
};

// Some or all of whose releases have no ID_LIKE, or one that names themselves.
constexpr Likeness kAliases[] = {{"amzn", "rhel fedora"},
                                 {"artix", "arch"},
                                 {"azurelinux", "fedora"},
                                 {"blackarch", "arch"},
                                 {"deepin", "debian"},
                                 {"garuda", "arch"},
                                 {"gnoppix", "debian"},
                                 {"manjaro-arm", "arch"},
                                 {"mariner", "fedora"},
                                 {"ol", "rhel fedora"},
                                 {"openeuler", "rhel fedora"},
                                 {"openmandriva", "mandriva"},
                                 {"photon", "fedora"},
                                 {"pureos", "debian"},
                                 {"sled", "suse"},
                                 {"sles", "suse"},
                                 {"sles_sap", "suse"},
                                 {"tencentos", "rhel fedora"}};

// The families, and what each belongs to.
constexpr Likeness kFamilies[] = {
    {"alpine", ""},       {"altlinux", ""},
    {"arch", ""},         {"centos", "rhel fedora"},
    {"debian", ""},       {"fedora", ""},
    {"freebsd", ""},      {"gentoo", ""},
    {"mandriva", ""},     {"nixos", ""},
    {"opensuse", "suse"}, {"openwrt", ""},
    {"rhel", "fedora"},   {"slackware", ""},
    {"solus", ""},        {"suse", ""},
    {"ubuntu", "debian"}, {"void", ""}};

constexpr absl::string_view kRhelRebuilds[] = {
    "almalinux", "centos", "miraclelinux", "ol", "rocky", "virtuozzo"};

template <size_t N>
const Likeness* Find(const Likeness (&table)[N], absl::string_view name) {
  const auto found =
      std::find_if(std::begin(table), std::end(table),
                   [&](const Likeness& row) { return row.name == name; });
  return found == std::end(table) ? nullptr : found;
}

std::vector<absl::string_view> LikeOf(const Likeness* row) {
  if (row == nullptr) return {};
  return absl::StrSplit(row->like, ' ', absl::SkipEmpty());
}

const Codename* FindCodename(absl::string_view distribution,
                             absl::string_view codename) {
  const auto found = std::find_if(
      std::begin(kCodenames), std::end(kCodenames), [&](const Codename& row) {
        return row.distribution == distribution && row.codename == codename;
      });
  return found == std::end(kCodenames) ? nullptr : found;
}

}  // namespace

absl::string_view VersionOfCodename(absl::string_view distribution,
                                    absl::string_view codename) {
  const Codename* row = FindCodename(distribution, codename);
  return row == nullptr ? "" : row->version;
}

bool IsCodenameOf(absl::string_view distribution, absl::string_view codename) {
  return FindCodename(distribution, codename) != nullptr;
}

std::vector<absl::string_view> AliasesOf(absl::string_view distribution) {
  return LikeOf(Find(kAliases, distribution));
}

bool IsFamily(absl::string_view word) {
  return Find(kFamilies, word) != nullptr;
}

std::vector<absl::string_view> FamiliesAbove(absl::string_view family) {
  return LikeOf(Find(kFamilies, family));
}

bool IsRhelRebuild(absl::string_view distribution) {
  return std::find(std::begin(kRhelRebuilds), std::end(kRhelRebuilds),
                   distribution) != std::end(kRhelRebuilds);
}

}  // namespace provision
