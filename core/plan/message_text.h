#ifndef PROVISION_CORE_PLAN_MESSAGE_TEXT_H_
#define PROVISION_CORE_PLAN_MESSAGE_TEXT_H_

// Text protobuf -> message, with every error at its own word and a memory of
// where each field was written.
//
//   Plan plan;
//   MessageText text = ParseMessageText("plan.textproto", content, &plan);
//   text.places["step[2].python.version"].line == 10

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/base/diagnostic.pb.h"
#include "google/protobuf/message.h"

namespace provision {

class StepSchema;  // core/plugin/step_schema.h

struct TextPlace {
  int line = 0;
  int column = 0;
  int length = 0;
};

struct MessageText {
  // By path of the field: a scalar's place is its value, a message's its name.
  // An element of a repeated field is `after[1]`; `after` itself is the word
  // that begins its first element. An extension has its name without package.
  std::map<std::string, TextPlace> places;
  // Sorted by place. Each has file, line, column, length and, as far as it is
  // known, the path of the field.
  std::vector<Diagnostic> diagnostics;
  // The text is not even well-formed, so fields may be missing without a
  // diagnostic of their own.
  bool malformed = false;
};

// Fills `message`, which is empty, with all that is right in `content`. `file`
// is only a name. Unknown fields, extensions and enum values, values of another
// type, fields that are set twice and texts deeper than 32 messages are errors;
// ids begin with `plan/`. Strings are UTF-8. Accepts what
// google::protobuf::TextFormat accepts, but for `Any` and groups. Extensions of
// Step may be those of `schema`, too; the message then needs it as long as it
// lives.
MessageText ParseMessageText(absl::string_view file, absl::string_view content,
                             google::protobuf::Message* message,
                             const StepSchema* schema = nullptr);

}  // namespace provision

#endif  // PROVISION_CORE_PLAN_MESSAGE_TEXT_H_
