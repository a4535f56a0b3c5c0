#include "plugins/python/version_request.h"

#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"
#include "re2/re2.h"

namespace provision {
namespace {

absl::Status NoRequest(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\": ", why));
}

// `cpython@`, `cpython-`, `cpython`, `cp` in front of a version are taken away.
bool ConsumeImplementation(absl::string_view* text) {
  if (!absl::ConsumePrefix(text, "cpython") &&
      !absl::ConsumePrefix(text, "cp")) {
    return false;
  }
  if (!absl::ConsumePrefix(text, "@")) absl::ConsumePrefix(text, "-");
  return true;
}

}  // namespace

absl::StatusOr<VersionRequest> VersionRequest::Parse(absl::string_view text) {
  const std::string lower =
      absl::AsciiStrToLower(absl::StripAsciiWhitespace(text));
  absl::string_view rest = lower;
  if (rest.empty()) return NoRequest(text, "no version is given");
  if (absl::StrContains(rest, "/") || absl::StrContains(rest, "..") ||
      absl::StrContains(rest, "\\")) {
    return NoRequest(text, "a path is no version");
  }
  VersionRequest request;
  const bool named = ConsumeImplementation(&rest);
  absl::Status status;
  if (named && absl::StrContains(rest, "-")) {
    status = request.ParseLongForm(rest);
  } else if (static const RE2 kTag("3\\d{1,2}");
             named && RE2::FullMatch(std::string(rest), kTag)) {
    status = request.ParseVersion(absl::StrCat("3.", rest.substr(1)));
  } else {
    status = request.ParseVersion(rest);
  }
  if (!status.ok()) return NoRequest(text, status.message());
  return request;
}

absl::Status VersionRequest::ParseLongForm(absl::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '-');
  if (parts.size() != 4) {
    return absl::InvalidArgumentError(
        "the long form is cpython-VERSION-OS-MACHINE-LIBC");
  }
  os_ = parts[1] == "any" ? "" : parts[1];
  machine_ = parts[2] == "any" ? "" : parts[2];
  libc_ = parts[3] == "any" ? "" : parts[3];
  return ParseVersion(parts[0]);
}

absl::Status VersionRequest::ParseVersion(absl::string_view text) {
  static const RE2 kShape(
      "(\\d+(?:\\.\\d+){0,2}(?:(?:a|b|rc)\\d+)?)(t?)(d?)((?:\\+[a-z]+)*)");
  static const RE2 kRange("([<>=!~][^+]*?)((?:\\+[a-z]+)*)");
  std::string version;
  std::string free_threaded;
  std::string debug;
  std::string labels;
  const bool single = RE2::FullMatch(std::string(text), kShape, &version,
                                     &free_threaded, &debug, &labels);
  if (!single &&
      !RE2::FullMatch(std::string(text), kRange, &version, &labels)) {
    return absl::InvalidArgumentError(
        "neither a version (3.11.7, 3.11) nor a range (>=3.11,<3.13)");
  }
  free_threaded_ = !free_threaded.empty();
  debug_ = !debug.empty();
  for (absl::string_view label :
       absl::StrSplit(labels, '+', absl::SkipEmpty())) {
    if (label == "freethreaded") {
      free_threaded_ = true;
    } else if (label == "debug") {
      debug_ = true;
    } else if (label == "gil") {
      gil_ = true;
    } else {
      return absl::InvalidArgumentError(
          absl::StrCat("+", label, " is none of +freethreaded, +debug, +gil"));
    }
  }
  if (gil_ && free_threaded_) {
    return absl::InvalidArgumentError("with and without the lock at once");
  }
  version_text_ = version;
  if (single) {
    PROVISION_ASSIGN_OR_RETURN(PythonVersion parsed,
                               PythonVersion::Parse(version));
    if (parsed.release_size() == 3) {
      pinned_ = std::move(parsed);
      return absl::OkStatus();
    }
    // `3.12` is all of its patches, `3` all of its minors.
    version = absl::StrCat("==", version, parsed.has_pre() ? "" : ".*");
  }
  PROVISION_ASSIGN_OR_RETURN(range_, PythonSpecifierSet::Parse(version));
  return absl::OkStatus();
}

bool VersionRequest::Accepts(const PythonVersion& version) const {
  return pinned_.has_value() ? version == *pinned_ : range_.Contains(version);
}

bool VersionRequest::AcceptsMinorOf(const PythonVersion& version) const {
  return pinned_.has_value() ? version.HasReleasePrefix(*pinned_, 2)
                             : range_.Contains(version);
}

std::string VersionRequest::WhyAnotherKind(
    const Interpreter& interpreter) const {
  if (interpreter.implementation != "cpython") {
    return absl::StrCat("it is ", interpreter.implementation);
  }
  if (free_threaded_ && !interpreter.free_threaded) {
    return "it is built with the global lock";
  }
  if (interpreter.free_threaded && !free_threaded_) {
    static const PythonVersion& kImplicit =
        *new PythonVersion(*PythonVersion::Parse("3.14.dev0"));
    if (gil_ || interpreter.version < kImplicit) {
      return "it is built without the global lock";
    }
  }
  if (interpreter.debug != debug_) {
    return debug_ ? "it is no debug build" : "it is a debug build";
  }
  if (!machine_.empty() && machine_ != interpreter.machine) {
    return absl::StrCat("it is for ", interpreter.machine);
  }
  if (!libc_.empty() && libc_ != interpreter.libc) {
    return absl::StrCat("it is for ", interpreter.libc);
  }
  return "";
}

bool VersionRequest::IsLastResort(const Interpreter& interpreter) const {
  const bool named_prerelease =
      pinned_.has_value() ? pinned_->is_prerelease() : range_.NamesPrerelease();
  return (interpreter.version.is_prerelease() && !named_prerelease) ||
         (interpreter.free_threaded && !free_threaded_);
}

std::string VersionRequest::ToString() const {
  const bool single = absl::ascii_isdigit(version_text_[0]);
  return absl::StrCat(version_text_,
                      !free_threaded_ ? ""
                      : single        ? "t"
                                      : "+freethreaded",
                      gil_ ? "+gil" : "",
                      !debug_  ? ""
                      : single ? "d"
                               : "+debug");
}

}  // namespace provision
