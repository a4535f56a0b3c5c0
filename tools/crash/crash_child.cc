// The commands of the reference plans: one thread, few system calls, and one
// line in a ledger outside of the state for each start, which nothing takes
// back.
//
//   crash_child LEDGER NAME effect FILE   NAME is the content of FILE
//   crash_child LEDGER NAME undo FILE     removes FILE
//   crash_child LEDGER NAME fail          exits with 1
//   crash_child LEDGER NAME orphan FIFO   leaves a process behind, which ends
//                                         when FIFO has been opened for writing

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

namespace {

bool Write(const char* path, int how, const std::string& text) {
  const int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | how, 0644);
  return file >= 0 &&
         write(file, text.data(), text.size()) ==
             static_cast<ssize_t>(text.size()) &&
         fsync(file) == 0 && close(file) == 0;
}

std::string Fresh(const char* path) { return std::string(path) + ".new"; }

bool Remove(const std::string& path) {
  return unlink(path.c_str()) == 0 || errno == ENOENT;
}

// Leaves nothing where it fails; where it is killed only `undo` can.
bool Replace(const char* path, const std::string& text) {
  const std::string fresh = Fresh(path);
  if (Write(fresh.c_str(), O_TRUNC, text) && rename(fresh.c_str(), path) == 0) {
    return true;
  }
  unlink(fresh.c_str());
  return false;
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
  // A line that was torn does not run into the next one.
  const std::string line = std::string("\n") + argv[2] + "\n";
  if (!Write(argv[1], O_APPEND, line)) return 74;
  if (verb == "fail") return 1;
  if (argc < 5) return 64;
  if (verb == "effect") return Replace(argv[4], argv[2]) ? 0 : 74;
  if (verb == "undo") {
    return Remove(argv[4]) && Remove(Fresh(argv[4])) ? 0 : 74;
  }
  if (verb == "orphan") return LeaveProcess(argv[4]) ? 0 : 71;
  return 64;
}
