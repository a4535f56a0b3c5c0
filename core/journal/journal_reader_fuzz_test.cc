// Journals: any bytes; and frames that are right around payloads that are not,
// which no change of single bytes gets to. What is called clean writes back to
// the same bytes; a tail that was mended is clean.

#include <memory>

#include "core/journal/journal_format.h"
#include "core/journal/journal_reader.h"
#include "core/testing/fake_system.h"
#include "tools/fuzz/fuzz_target.h"

namespace provision {
namespace {

void Scan(const std::string& bytes) {
  const MemoryByteSource source(bytes);
  const absl::StatusOr<JournalScan> scan = ScanJournal(source);
  Require(scan.ok(), "memory can be read");
  JournalPosition position;
  std::string again;
  for (const JournalFrame& frame : scan->frames) {
    Require(frame.offset == position.offset, "frames follow each other");
    Require(frame.minor == kJournalMinor ||
                scan->verdict != JournalVerdict::kClean || frame.minor > 0,
            "a minor version is told");
    if (frame.minor == kJournalMinor) {
      again += EncodeFrame(frame.type, frame.payload, &position);
    } else {
      return;
    }
  }
  Require(bytes.compare(0, again.size(), again) == 0,
          "good frames write back to the same bytes");
}

void Read(const std::string& bytes) {
  FakeSystem system;
  system.AddDirectory("/run", 0700);
  system.AddFile("/run/journal", bytes, 0600);
  auto directory = system.OpenDirectory("/run");
  Require(directory.ok(), "the folder is there");
  absl::StatusOr<JournalContents> contents = ReadJournal(**directory, 0);
  Require(contents.ok(), "the folder can be read");
  if (contents->verdict != JournalVerdict::kShortTail &&
      contents->verdict != JournalVerdict::kBadTail) {
    return;
  }
  Require(RepairTail(**directory, *contents).ok(), "a tail can be mended");
  const absl::StatusOr<JournalContents> mended = ReadJournal(**directory, 0);
  Require(mended.ok() && (mended->verdict == JournalVerdict::kClean ||
                          mended->verdict == JournalVerdict::kNeverBegan),
          "a mended journal is clean");
  Require(mended->records.size() == contents->records.size(),
          "mending loses no record");
}

// TYPE SIZE PAYLOAD, again and again.
std::string Framed(absl::string_view bytes) {
  JournalPosition position;
  std::string journal;
  while (bytes.size() >= 3) {
    const uint16_t type =
        static_cast<uint8_t>(bytes[0]) | (bytes[1] & 1 ? kCriticalRecord : 0);
    const size_t size = static_cast<uint8_t>(bytes[2]);
    bytes.remove_prefix(3);
    journal += EncodeFrame(type, bytes.substr(0, size), &position);
    bytes.remove_prefix(std::min(size, bytes.size()));
  }
  return journal + std::string(bytes);
}

void Judge(absl::string_view bytes) {
  if (bytes.empty()) return;
  const std::string journal =
      bytes[0] == 'f' ? Framed(bytes.substr(1)) : std::string(bytes.substr(1));
  Scan(journal);
  Read(journal);
}

}  // namespace
}  // namespace provision

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  provision::Judge(provision::FuzzInput(data, size));
  return 0;
}
