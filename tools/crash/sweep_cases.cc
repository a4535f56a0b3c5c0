#include "tools/crash/sweep_cases.h"

#include <errno.h>
#include <signal.h>

#include <algorithm>
#include <iterator>
#include <random>

#include "absl/strings/str_cat.h"

namespace provision {
namespace {

using Kind = Fault::Kind;

constexpr int kErrnos[] = {ENOSPC, EIO, EINTR, EROFS, EMFILE, ENOMEM, EACCES};

bool IsWrite(const TracedCall& call) {
  return call.call->kind == MutatingCall::Kind::kWrite &&
         call.call->length != MutatingCall::kNone;
}

bool IsSync(const TracedCall& call) {
  return call.call->kind == MutatingCall::Kind::kSync ||
         call.call->kind == MutatingCall::Kind::kSyncAll;
}

// Only an open runs out of descriptors; a call on an open descriptor needs no
// permission.
bool CanGive(const TracedCall& call, int error_number) {
  if (error_number == EMFILE) {
    return call.call->kind == MutatingCall::Kind::kOpen;
  }
  return error_number != EACCES || call.call->path != MutatingCall::kNone;
}

void AddKills(const TracedCall& call, std::vector<Fault>* faults) {
  faults->push_back({.kind = Kind::kKillBefore, .at = call.number});
  faults->push_back({.kind = Kind::kKillAfter, .at = call.number});
  if (!IsWrite(call)) return;
  for (const int percent : {1, 50, 99}) {
    faults->push_back(
        {.kind = Kind::kTorn, .at = call.number, .percent = percent});
  }
}

void AddErrnos(const TracedCall& call, std::vector<Fault>* faults) {
  if (call.number == 1) return;  // the program itself is not started
  for (const int error_number : kErrnos) {
    if (!CanGive(call, error_number)) continue;
    for (const bool sticky : {false, true}) {
      // What is interrupted for ever is repeated for ever, and rightly.
      if (sticky && error_number == EINTR) continue;
      faults->push_back({.kind = Kind::kErrno,
                         .at = call.number,
                         .error_number = error_number,
                         .sticky = sticky});
    }
  }
}

void AddSignals(const TracedCall& call, std::vector<Fault>* faults) {
  if (call.number == 1) return;  // its handlers are not there yet
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    faults->push_back(
        {.kind = Kind::kSignal, .at = call.number, .signal = signal});
  }
  for (const int repeat : {2, 3}) {
    faults->push_back({.kind = Kind::kSignal,
                       .at = call.number,
                       .signal = SIGINT,
                       .repeat = repeat});
  }
}

void AddFailedSync(const TracedCall& call, std::vector<Fault>* faults) {
  if (!IsSync(call)) return;
  faults->push_back(
      {.kind = Kind::kErrno, .at = call.number, .error_number = EIO});
}

void AddDouble(const std::vector<TracedCall>& trace,
               std::vector<CrashCase>* cases) {
  // The resume has about as many calls at most; what is beyond does not fire.
  const int calls = trace.empty() ? 0 : trace.back().number;
  for (int first = 1; first <= calls; first += 3) {
    for (int second = 1; second <= calls; second += 3) {
      cases->push_back({.fault = {.kind = Kind::kKillBefore, .at = first},
                        .again = {.kind = Kind::kKillBefore, .at = second}});
    }
  }
}

void AddReplays(const std::vector<TracedCall>& trace,
                std::vector<CrashCase>* cases) {
  for (const TracedCall& call : trace) {
    if (call.number == 0) continue;
    for (int seed = 0; seed < 5; ++seed) {
      cases->push_back({.replay = call.number, .seed = seed});
    }
  }
}

}  // namespace

absl::StatusOr<std::vector<CrashCase>> SweepCases(
    const std::vector<TracedCall>& trace, absl::string_view faults,
    absl::string_view journal) {
  std::vector<CrashCase> cases;
  std::vector<Fault> single;
  for (const TracedCall& call : trace) {
    if (call.number == 0) continue;
    if (faults == "kill") {
      AddKills(call, &single);
    } else if (faults == "errno") {
      AddErrnos(call, &single);
    } else if (faults == "signal") {
      AddSignals(call, &single);
    } else if (faults == "sync") {
      AddFailedSync(call, &single);
    } else if (faults == "short") {
      if (IsWrite(call)) {
        single.push_back({.kind = Kind::kShort, .at = call.number});
      }
    } else if (faults == "cut") {
      single.push_back({.kind = Kind::kKillAfter, .at = call.number});
    } else if (faults != "double" && faults != "replay") {
      return absl::InvalidArgumentError(absl::StrCat(faults, ": no fault"));
    }
  }
  if (faults == "cut") single.push_back({});
  for (const Fault& fault : single) {
    cases.push_back({.fault = fault, .cut_power = faults == "cut"});
  }
  if (faults == "double") AddDouble(trace, &cases);
  if (faults == "replay") AddReplays(trace, &cases);
  if (journal == "audited") return cases;
  if (journal != "trusted" && journal != "both") {
    return absl::InvalidArgumentError(
        absl::StrCat(journal, ": not audited, trusted or both"));
  }
  std::vector<CrashCase> trusted = cases;
  for (CrashCase& crash : trusted) crash.trust_journal = true;
  if (journal == "trusted") return trusted;
  cases.insert(cases.end(), trusted.begin(), trusted.end());
  return cases;
}

void Sample(int count, int seed, std::vector<CrashCase>* cases) {
  if (count == 0) return;
  std::mt19937 random(seed);
  std::vector<CrashCase> kept;
  std::sample(cases->begin(), cases->end(), std::back_inserter(kept), count,
              random);
  *cases = std::move(kept);
}

}  // namespace provision
