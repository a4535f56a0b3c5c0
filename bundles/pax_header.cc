#include "bundles/pax_header.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "bundles/archive_error.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

struct Record {
  absl::string_view key;
  absl::string_view value;
};

bool IsDigits(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// Seconds, with a fraction and a sign perhaps.
bool IsTime(absl::string_view text) {
  absl::ConsumePrefix(&text, "-");
  const size_t dot = text.find('.');
  if (dot == absl::string_view::npos) return IsDigits(text);
  return IsDigits(text.substr(0, dot)) && IsDigits(text.substr(dot + 1));
}

bool IsAttribute(absl::string_view key) {
  for (absl::string_view name : {"SCHILY.dev", "SCHILY.ino", "SCHILY.nlink",
                                 "SCHILY.fflags", "LIBARCHIVE.creationtime"}) {
    if (key == name) return true;
  }
  for (absl::string_view prefix :
       {"SCHILY.xattr.", "SCHILY.acl.", "LIBARCHIVE.xattr.", "RHT.security."}) {
    if (absl::StartsWith(key, prefix) && key.size() > prefix.size()) {
      return true;
    }
  }
  return false;
}

class Parser {
 public:
  Parser(PaxScope scope, ArchiveProfile profile, absl::string_view member,
         std::set<std::string>* allowances)
      : scope_(scope),
        profile_(profile),
        member_(member),
        allowances_(*allowances) {}

  absl::StatusOr<PaxHeader> Parse(absl::string_view records) {
    if (records.empty()) return Refuse("empty extended header");
    while (!records.empty()) {
      PROVISION_ASSIGN_OR_RETURN(Record record, Take(records));
      if (!keys_.insert(std::string(record.key)).second) {
        return Refuse(absl::StrCat("extended header has ",
                                   EscapedName(record.key), " twice"));
      }
      PROVISION_RETURN_IF_ERROR(Apply(record));
    }
    return header_;
  }

 private:
  absl::Status Refuse(absl::string_view reason) const {
    return ArchiveError(kArchiveTar, member_, reason);
  }

  absl::StatusOr<Record> Take(absl::string_view& rest) const {
    const size_t space = rest.find(' ');
    uint64_t length = 0;
    if (space == absl::string_view::npos || space > 5 ||
        !IsDigits(rest.substr(0, space)) || rest[0] == '0' ||
        !absl::SimpleAtoi(rest.substr(0, space), &length)) {
      return Refuse("extended header has a record without a length");
    }
    if (length > rest.size() || length < space + 4) {
      return Refuse("extended header has a record of wrong length");
    }
    absl::string_view record = rest.substr(space + 1, length - space - 1);
    rest.remove_prefix(length);
    if (!absl::ConsumeSuffix(&record, "\n")) {
      return Refuse("extended header has a record that no newline ends");
    }
    const size_t equals = record.find('=');
    if (equals == absl::string_view::npos || equals == 0) {
      return Refuse("extended header has a record without a key");
    }
    return Record{record.substr(0, equals), record.substr(equals + 1)};
  }

  absl::Status Apply(const Record& record) {
    const auto [key, value] = record;
    if (key.find('\0') != absl::string_view::npos) {
      return Refuse("extended header has NUL in a key");
    }
    if (IsAttribute(key)) return TakeAttribute(key);
    if (value.find('\0') != absl::string_view::npos) {
      return Refuse("extended header has NUL in a value");
    }
    if (key == "path" || key == "linkpath" || key == "size") {
      return TakeOverride(key, value);
    }
    if (key == "comment" || key == "uname" || key == "gname") {
      return absl::OkStatus();
    }
    const bool is_time = key == "mtime" || key == "atime" || key == "ctime";
    if (!is_time && key != "uid" && key != "gid") {
      return Refuse(
          absl::StrCat("extended header has the key ", EscapedName(key)));
    }
    if (is_time ? IsTime(value) : IsDigits(value)) return absl::OkStatus();
    return Refuse(absl::StrCat("extended header has no number as ", key));
  }

  // Values of attributes may be binary; nothing of them is applied.
  absl::Status TakeAttribute(absl::string_view key) {
    if (profile_ == ArchiveProfile::kStrict) {
      return ArchiveError(
          kArchiveMetadata, member_,
          absl::StrCat("extended header has the attribute ", EscapedName(key)));
    }
    allowances_.insert("attributes in extended headers, ignored");
    return absl::OkStatus();
  }

  absl::Status TakeOverride(absl::string_view key, absl::string_view value) {
    if (scope_ == PaxScope::kGlobal) {
      return Refuse(absl::StrCat("global extended header has ", key));
    }
    if (value.empty()) {
      return Refuse(absl::StrCat("extended header has an empty ", key));
    }
    if (key == "path") {
      header_.path = std::string(value);
    } else if (key == "linkpath") {
      header_.link_path = std::string(value);
    } else {
      uint64_t size = 0;
      if (!IsDigits(value) || !absl::SimpleAtoi(value, &size)) {
        return Refuse("extended header has no number as size");
      }
      header_.size = size;
    }
    return absl::OkStatus();
  }

  const PaxScope scope_;
  const ArchiveProfile profile_;
  const absl::string_view member_;
  std::set<std::string>& allowances_;
  std::set<std::string> keys_;
  PaxHeader header_;
};

}  // namespace

absl::StatusOr<PaxHeader> ParsePaxHeader(absl::string_view records,
                                         PaxScope scope, ArchiveProfile profile,
                                         absl::string_view member,
                                         std::set<std::string>* allowances) {
  return Parser(scope, profile, member, allowances).Parse(records);
}

}  // namespace provision
