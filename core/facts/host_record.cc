#include "core/facts/host_record.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/serialize.h"
#include "core/facts/record_privacy.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace provision {
namespace {

constexpr char kHeader[] =
    "# proto-file: core/api/fact.proto\n"
    "# proto-message: provision.HostRecord\n";
constexpr int kMaxDepth = 32;  // reliability.md 9.4

// Keeps the first error.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (!message_.empty()) return;
    line_ = line + 1;
    column_ = column + 1;
    message_ = message;
  }
  int line() const { return line_; }
  int column() const { return column_; }
  const std::string& message() const { return message_; }

 private:
  int line_ = 0;
  int column_ = 0;
  std::string message_;
};

}  // namespace

FactValue RecordingFacts::Read(const FactQuery& query) {
  FactValue value = reader_.Read(query);
  Fact fact;
  *fact.mutable_query() = RecordableQuery(query);
  *fact.mutable_value() = RecordableValue(query, value);
  std::string key = DeterministicBytes(fact.query());
  absl::MutexLock lock(&mutex_);
  facts_[std::move(key)] = std::move(fact);
  return value;
}

HostRecord RecordingFacts::record() const {
  HostRecord record;
  record.set_origin(HostRecord::RECORDED);
  absl::MutexLock lock(&mutex_);
  for (const auto& [key, fact] : facts_) *record.add_fact() = fact;
  return record;
}

std::string HostRecordText(const HostRecord& record) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  printer.PrintToString(record, &text);
  return absl::StrCat(kHeader, text);
}

absl::StatusOr<HostRecord> ParseHostRecord(absl::string_view text,
                                           absl::string_view file) {
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  parser.SetRecursionLimit(kMaxDepth);
  HostRecord record;
  if (parser.ParseFromString(std::string(text), &record)) return record;
  return DiagnosticError(absl::StatusCode::kInvalidArgument, "facts/bad-record",
                         error.message())
      .Place(file, error.line(), error.column())
      .Next("record the host again: provision facts --record");
}

}  // namespace provision
