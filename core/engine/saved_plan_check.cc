#include "core/engine/saved_plan_check.h"

#include "absl/strings/str_cat.h"
#include "core/api/proposal.h"
#include "core/base/diagnostic.h"
#include "core/base/serialize.h"
#include "core/base/status_macros.h"
#include "core/facts/record_privacy.h"

namespace provision {
namespace {

// The part of an answer that a saved plan is bound to; an empty value for one
// that always moves.
FactValue Bound(FactValue value) {
  switch (value.value_case()) {
    case FactValue::kMetadata:
      *value.mutable_metadata() = ComparableState(value.metadata());
      // The kernel changes it when something is made below.
      if (value.metadata().type() == PathState::DIRECTORY) {
        value.mutable_metadata()->clear_sha256();
      }
      break;
    case FactValue::kFileSystem:
      value.mutable_file_system()->clear_free_bytes();
      value.mutable_file_system()->clear_free_inodes();
      break;
    case FactValue::kMounts:
      for (FactValue::FileSystem& mount :
           *value.mutable_mounts()->mutable_mount()) {
        mount.clear_free_bytes();
        mount.clear_free_inodes();
      }
      break;
    case FactValue::kHost:
      value.mutable_host()->clear_boot_id();
      // Who applies it may be root, for a part that was handed over.
      value.mutable_host()->clear_uid();
      value.mutable_host()->clear_gid();
      value.mutable_host()->clear_group();
      value.mutable_host()->clear_user();
      value.mutable_host()->clear_home();
      break;
    case FactValue::kTlsProbe:
    case FactValue::kHttpRead:
    case FactValue::kNameResolution:
    case FactValue::kFailedAttempt:
      value.Clear();
      break;
    case FactValue::kAbsent:
    case FactValue::kFile:
    case FactValue::kListing:
    case FactValue::kDigest:
    case FactValue::kVariable:
    case FactValue::kCommand:
    case FactValue::kOwner:
    case FactValue::kRegistryValue:
    case FactValue::kCertificateStore:
    case FactValue::VALUE_NOT_SET:
      break;
  }
  return value;
}

std::string Shown(const FactValue& value) {
  std::string text = value.ShortDebugString();
  constexpr size_t kMost = 200;
  if (text.size() > kMost) text = absl::StrCat(text.substr(0, kMost), "...");
  return text;
}

absl::Status CheckFact(const SavedPlan& saved, absl::string_view step,
                       const Fact& fact, FactReader& facts) {
  const FactValue then = Bound(fact.value());
  if (then.value_case() == FactValue::VALUE_NOT_SET) return absl::OkStatus();
  // A saved plan holds no secret, so a change of one is not seen.
  const FactValue now =
      Bound(RecordableValue(fact.query(), facts.Read(fact.query())));
  if (DeterministicBytes(then) == DeterministicBytes(now)) {
    return absl::OkStatus();
  }
  return DiagnosticError(absl::StatusCode::kAborted, "plan/stale",
                         absl::StrCat("the host changed since the plan was "
                                      "saved: ",
                                      fact.query().ShortDebugString()))
      .Step(step)
      .Expected(Shown(then))
      .Found(Shown(now))
      .Next(absl::StrCat("provision plan ", saved.file(), " --out FILE"));
}

}  // namespace

void ReadSavedFacts(const SavedPlan& saved, FactReader& facts) {
  for (const SavedPlan::OfStep& step : saved.step()) {
    if (step.proposal().fidelity() != Proposal::EXACT) continue;
    for (const Fact& fact : step.fact()) facts.Read(fact.query());
  }
}

absl::Status CheckSavedPlan(const SavedPlan& saved, absl::string_view host_id,
                            const std::set<std::string>& begun,
                            FactReader& facts) {
  if (saved.host_id() != host_id) {
    return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                           "plan/other-host",
                           "the plan was saved for another host")
        .Expected(saved.host_id())
        .Found(host_id)
        .Next("make it on this host: provision plan PLAN --out FILE");
  }
  for (const SavedPlan::OfStep& step : saved.step()) {
    // Made of outputs of earlier steps: proposed again at its turn anyway.
    if (step.proposal().fidelity() != Proposal::EXACT) continue;
    if (begun.count(step.id()) > 0) continue;
    for (const Fact& fact : step.fact()) {
      PROVISION_RETURN_IF_ERROR(CheckFact(saved, step.id(), fact, facts));
    }
  }
  return absl::OkStatus();
}

}  // namespace provision
