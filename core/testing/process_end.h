#ifndef PROVISION_CORE_TESTING_PROCESS_END_H_
#define PROVISION_CORE_TESTING_PROCESS_END_H_

namespace provision {

// Waits until the process has ended, at most ten seconds; false if it lives on.
bool ProcessEnds(int pid);

}  // namespace provision

#endif  // PROVISION_CORE_TESTING_PROCESS_END_H_
