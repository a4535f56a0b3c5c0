// The commands of the reference plans: one thread, few system calls, and one
// line in a ledger outside of the state for each start, which nothing takes
// back.
//
//   crash_child LEDGER NAME effect FILE   appends NAME to FILE
//   crash_child LEDGER NAME undo FILE     removes FILE
//   crash_child LEDGER NAME fail          exits with 1
//   crash_child LEDGER NAME orphan FIFO   leaves a process behind, which ends
//                                         when FIFO has been opened for writing

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace {

bool Append(const char* path, const std::string& text) {
  const int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  return file >= 0 &&
         write(file, text.data(), text.size()) ==
             static_cast<ssize_t>(text.size()) &&
         fsync(file) == 0 && close(file) == 0;
}

// In a session of its own, as a daemon is.
bool LeaveProcess(const char* fifo) {
  const pid_t child = fork();
  if (child < 0) return false;
  if (child > 0) return true;
  setsid();
  if (fork() != 0) _exit(0);
  const int file = open(fifo, O_RDONLY);
  _exit(file < 0 ? 1 : 0);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 64;
  const std::string verb = argv[3];
  if (!Append(argv[1], std::string(argv[2]) + "\n")) return 74;
  if (verb == "fail") return 1;
  if (argc < 5) return 64;
  if (verb == "effect") return Append(argv[4], argv[2]) ? 0 : 74;
  if (verb == "undo") {
    return unlink(argv[4]) == 0 || errno == ENOENT ? 0 : 74;
  }
  if (verb == "orphan") return LeaveProcess(argv[4]) ? 0 : 71;
  return 64;
}
