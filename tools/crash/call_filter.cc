#include "tools/crash/call_filter.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>

#include <cstddef>
#include <cstdint>

#include "tools/crash/mutating_calls.h"

namespace provision {
namespace {

using Kind = MutatingCall::Kind;

sock_filter Load(size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset));
}

// The low half of an argument; x86-64 is little-endian.
sock_filter LoadArgument(int position) {
  return Load(offsetof(seccomp_data, args) + 8 * position);
}

sock_filter Return(uint32_t action) {
  return BPF_STMT(BPF_RET | BPF_K, action);
}

}  // namespace

std::vector<sock_filter> CallFilter(bool every_open) {
  std::vector<sock_filter> program = {
      Load(offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
      Return(SECCOMP_RET_ALLOW),
  };
  for (const MutatingCall& call : MutatingCalls()) {
    std::vector<sock_filter> rule;
    if (call.flags != MutatingCall::kNone && !every_open) {
      rule = {LoadArgument(call.flags),
              BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K,
                       O_CREAT | O_TRUNC | O_WRONLY | O_RDWR, 1, 0),
              Return(SECCOMP_RET_ALLOW), Return(SECCOMP_RET_TRACE)};
    } else if (call.kind == Kind::kWrite) {
      rule = {LoadArgument(call.descriptor),
              BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 2, 1, 0),
              Return(SECCOMP_RET_ALLOW), Return(SECCOMP_RET_TRACE)};
    } else {
      rule = {Return(SECCOMP_RET_TRACE)};
    }
    program.push_back(Load(offsetof(seccomp_data, nr)));
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                               static_cast<uint32_t>(call.number), 0,
                               static_cast<uint8_t>(rule.size())));
    program.insert(program.end(), rule.begin(), rule.end());
  }
  program.push_back(Return(SECCOMP_RET_ALLOW));
  return program;
}

}  // namespace provision
