#include "bundles/member_match.h"

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "bundles/unicode.h"

namespace provision {
namespace {

using Type = ArchiveEntry::Type;

// Whether libarchive's name is ours. It keeps "./" and the slash of a folder,
// and turns decomposed names into composed ones.
bool IsSameName(absl::string_view theirs, absl::string_view ours) {
  absl::ConsumePrefix(&theirs, "./");
  absl::ConsumeSuffix(&theirs, "/");
  if (theirs == ours) return true;
  return DecodeUtf8(theirs).has_value() &&
         CanonicalKey(theirs) == CanonicalKey(ours);
}

}  // namespace

bool IsRootMember(const ReaderMember& member) {
  return member.type == ReaderMember::Type::kDirectory &&
         (member.name == "./" || member.name == ".");
}

bool IsSameMember(const ReaderMember& theirs, const ArchiveEntry& ours) {
  if (!IsSameName(theirs.name, ours.path)) return false;
  switch (theirs.type) {
    case ReaderMember::Type::kFile:
      return ours.type == Type::kFile && ours.copy_of.empty() &&
             theirs.size == ours.size;
    case ReaderMember::Type::kHardLink:
      return ours.type == Type::kFile && !ours.copy_of.empty() &&
             IsSameName(theirs.target, ours.copy_of);
    case ReaderMember::Type::kDirectory:
      return ours.type == Type::kDirectory;
    case ReaderMember::Type::kSymlink:
      return ours.type == Type::kSymlink &&
             (theirs.target == ours.target ||
              IsSameName(theirs.target, ours.target));
    case ReaderMember::Type::kOther:
      break;
  }
  return false;
}

}  // namespace provision
