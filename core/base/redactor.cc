#include "core/base/redactor.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/planted_bug.h"
#include "core/base/url_user_info.h"
#include "google/protobuf/descriptor.h"

namespace provision {
namespace {

constexpr size_t kShortest = 4;
// A line of a longer value, such as a key's, is looked for by itself from here.
constexpr size_t kShortestLine = 8;

// What an encoder leaves as it is: of RFC 3986, as the path of a URL, as
// JavaScript does it.
constexpr absl::string_view kKept[] = {"-._~", "-._~/", "-._~!*'()"};

std::string UrlEncoded(absl::string_view value, absl::string_view kept,
                       bool upper, bool plus) {
  std::string encoded;
  for (char c : value) {
    if (absl::ascii_isalnum(c) || absl::StrContains(kept, c)) {
      encoded += c;
    } else if (c == ' ' && plus) {
      encoded += '+';
    } else if (upper) {
      absl::StrAppendFormat(&encoded, "%%%02X", static_cast<unsigned char>(c));
    } else {
      absl::StrAppendFormat(&encoded, "%%%02x", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::string JsonEscaped(absl::string_view value, bool html) {
  std::string escaped;
  for (char c : value) {
    switch (c) {
      case '"':
      case '\\':
        escaped += {'\\', c};
        break;
      case '\n':
        escaped += "\\n";
        break;
      case '\r':
        escaped += "\\r";
        break;
      case '\t':
        escaped += "\\t";
        break;
      default:
        if (absl::ascii_iscntrl(c) || (html && absl::StrContains("<>&", c))) {
          absl::StrAppendFormat(&escaped, "\\u%04x",
                                static_cast<unsigned char>(c));
        } else {
          escaped += c;
        }
    }
  }
  return escaped;
}

// What of base64 is the same whatever stands before and after, if `offset`
// bytes stand before it in its group of three.
std::string Base64Core(absl::string_view value, size_t offset) {
  const std::string encoded =
      absl::Base64Escape(absl::StrCat(std::string(offset, '\0'), value));
  const size_t begin = (offset * 8 + 5) / 6;
  const size_t end = (offset + value.size()) * 8 / 6;
  return encoded.substr(begin, end - begin);
}

std::string WithoutLineEnds(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\n", ""}, {"\r", ""}});
}

}  // namespace

void Redactor::AddForm(std::string form) {
  form = WithoutLineEnds(form);
  if (form.size() < kShortest) return;
  for (const Secret& known : forms_) {
    if (known.Reveal() == form) return;
  }
  const auto place =
      std::find_if(forms_.begin(), forms_.end(), [&form](const Secret& known) {
        return known.Reveal().size() < form.size();
      });
  forms_.emplace(place, std::move(form));
}

void Redactor::Add(const Secret& value) {
  const absl::string_view plain = value.Reveal();
  if (plain.size() < kShortest) return;
  absl::MutexLock lock(&mutex_);
  AddForm(std::string(plain));
  for (absl::string_view line :
       absl::StrSplit(plain, absl::ByAnyChar("\r\n"))) {
    if (line.size() >= kShortestLine) AddForm(std::string(line));
  }
  for (bool flag : {false, true}) {
    AddForm(JsonEscaped(plain, flag));
    for (bool plus : {false, true}) {
      for (absl::string_view kept : kKept) {
        AddForm(UrlEncoded(plain, kept, flag, plus));
      }
    }
  }
  const std::string hex = absl::BytesToHexString(plain);
  AddForm(hex);
  AddForm(absl::AsciiStrToUpper(hex));
  std::vector<std::string> encoded = {absl::Base64Escape(plain)};
  encoded.emplace_back(
      absl::StripSuffix(absl::StripSuffix(encoded.front(), "="), "="));
  for (size_t offset : {0, 1, 2}) encoded.push_back(Base64Core(plain, offset));
  for (std::string& form : encoded) {
    AddForm(absl::StrReplaceAll(form, {{"+", "-"}, {"/", "_"}}));
    AddForm(std::move(form));
  }
}

std::string Redactor::Redact(absl::string_view text) const {
  absl::MutexLock lock(&mutex_);
  if (forms_.empty() || IsPlanted("secrets_shown")) {
    return RedactUrlSecrets(text);
  }
  // Looked for in the text without line ends; `origin` leads back.
  std::string flat;
  std::vector<size_t> origin;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' || text[i] == '\r') continue;
    flat += text[i];
    origin.push_back(i);
  }
  std::vector<bool> hidden(text.size(), false);
  for (const Secret& form : forms_) {
    const absl::string_view needle = form.Reveal();
    for (size_t at = flat.find(needle.data(), 0, needle.size());
         at != std::string::npos;
         at = flat.find(needle.data(), at + 1, needle.size())) {
      std::fill(hidden.begin() + origin[at],
                hidden.begin() + origin[at + needle.size() - 1] + 1, true);
    }
  }
  std::string redacted;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!hidden[i]) {
      redacted += text[i];
    } else if (i == 0 || !hidden[i - 1]) {
      redacted += kMask;
    }
  }
  // `flat` is a copy of what may hold a value.
  Secret wiped(std::move(flat));
  return RedactUrlSecrets(redacted);
}

void Redactor::RedactMessage(google::protobuf::Message* message) const {
  const google::protobuf::Reflection& reflection = *message->GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const google::protobuf::FieldDescriptor* field : fields) {
    using google::protobuf::FieldDescriptor;
    const int count =
        field->is_repeated() ? reflection.FieldSize(*message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        RedactMessage(field->is_repeated()
                          ? reflection.MutableRepeatedMessage(message, field, i)
                          : reflection.MutableMessage(message, field));
      } else if (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
        break;
      } else if (field->is_repeated()) {
        reflection.SetRepeatedString(
            message, field, i,
            Redact(reflection.GetRepeatedString(*message, field, i)));
      } else {
        reflection.SetString(message, field,
                             Redact(reflection.GetString(*message, field)));
      }
    }
  }
}

size_t Redactor::longest_form() const {
  absl::MutexLock lock(&mutex_);
  return forms_.empty() ? 0 : forms_.front().Reveal().size();
}

}  // namespace provision
