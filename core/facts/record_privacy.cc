#include "core/facts/record_privacy.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/path.h"
#include "core/base/url_user_info.h"
#include "re2/re2.h"

namespace provision {
namespace {

constexpr char kMask[] = "***";
constexpr size_t kChunk = 256 << 10;

// "GITHUB_TOKEN" and "githubToken" are "github", "token".
std::vector<std::string> WordsOf(absl::string_view name) {
  std::vector<std::string> words;
  bool starts = true;
  for (size_t i = 0; i < name.size(); ++i) {
    if (!absl::ascii_isalnum(name[i])) {
      starts = true;
      continue;
    }
    const bool hump = i > 0 && absl::ascii_isupper(name[i]) &&
                      absl::ascii_islower(name[i - 1]);
    if (starts || hump) words.emplace_back();
    words.back().push_back(absl::ascii_tolower(name[i]));
    starts = false;
  }
  return words;
}

template <size_t N>
bool IsOneOf(absl::string_view word, const absl::string_view (&list)[N]) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

// Wherever it begins: "MYAPIKEY", "API_KEY" joined.
bool HoldsSecretWord(absl::string_view joined) {
  static constexpr absl::string_view kInside[] = {
      "apikey",   "credential", "passphrase", "passwd",
      "password", "privatekey", "secret",     "token"};
  return std::any_of(std::begin(kInside), std::end(kInside),
                     [&](absl::string_view inside) {
                       return absl::StrContains(joined, inside);
                     });
}

bool IsSecretFile(absl::string_view path) {
  static constexpr absl::string_view kNames[] = {
      ".git-credentials", ".htpasswd",   ".netrc",  ".pgpass", ".vault-token",
      "_netrc",           "credentials", "gshadow", "id_dsa",  "id_ecdsa",
      "id_ed25519",       "id_rsa",      "shadow"};
  static constexpr absl::string_view kEndings[] = {".key", ".keytab", ".p12",
                                                   ".pfx"};
  const std::string name = BaseName(path);
  return IsOneOf(name, kNames) ||
         std::any_of(std::begin(kEndings), std::end(kEndings),
                     [&](absl::string_view ending) {
                       return absl::EndsWith(name, ending);
                     });
}

// The values of keys that name a secret; one without quotes ends with its line.
std::string MaskValues(absl::string_view text) {
  static const RE2* const kKey =
      new RE2(R"re(([A-Za-z0-9_.\-]+)["']?[ \t]*[:=][ \t]*)re");
  static const RE2* const kValue =
      new RE2(R"re("[^"\n]*"|'[^'\n]*'|[^\n\r]+)re");
  re2::StringPiece rest(text.data(), text.size());
  std::string masked;
  re2::StringPiece match[2];
  while (kKey->Match(rest, 0, rest.size(), RE2::UNANCHORED, match, 2)) {
    const size_t end = match[0].data() + match[0].size() - rest.data();
    masked.append(rest.data(), end);
    rest.remove_prefix(end);
    re2::StringPiece value;
    if (NamesSecret({match[1].data(), match[1].size()}) &&
        kValue->Match(rest, 0, rest.size(), RE2::ANCHOR_START, &value, 1)) {
      // In its quotes, so that masking it again is the same.
      const bool is_quoted = value.size() > 1 &&
                             value[0] == value[value.size() - 1] &&
                             (value[0] == '"' || value[0] == '\'');
      const absl::string_view quote(value.data(), is_quoted ? 1 : 0);
      absl::StrAppend(&masked, quote, kMask, quote);
      rest.remove_prefix(value.size());
    }
  }
  masked.append(rest.data(), rest.size());
  return masked;
}

std::string MaskText(absl::string_view text) {
  static const RE2* const kPrivateKey = new RE2(
      "(?s)(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(-----END [A-Z ]*PRIVATE "
      "KEY-----|$)");
  if (absl::StrContains(text, '\0')) return std::string(text);
  std::string masked = RedactUrlSecrets(MaskValues(text));
  RE2::GlobalReplace(&masked, *kPrivateKey, absl::StrCat("\\1", kMask, "\\2"));
  return masked;
}

void MaskFile(FactValue::File* file) {
  std::string content;
  for (const std::string& chunk : file->chunk()) content += chunk;
  std::string masked = MaskText(content);
  if (masked == content) return;
  file->clear_chunk();
  for (size_t at = 0; at < masked.size(); at += kChunk) {
    file->add_chunk(masked.substr(at, kChunk));
  }
}

FactValue Withheld() {
  FactValue value;
  value.mutable_absent()->set_reason(FactValue::Absent::NOT_RECORDED);
  value.mutable_absent()->set_text("it holds secrets");
  return value;
}

}  // namespace

bool NamesSecret(absl::string_view name) {
  static constexpr absl::string_view kWords[] = {"authorization", "cookie",
                                                 "pass"};
  static constexpr absl::string_view kLastWords[] = {"auth", "key", "pat",
                                                     "pwd"};
  std::vector<std::string> words = WordsOf(name);
  if (HoldsSecretWord(absl::StrJoin(words, ""))) return true;
  for (const std::string& word : words) {
    if (IsOneOf(word, kWords)) return true;
  }
  if (words.empty()) return false;
  // PWD alone is the working directory; `auth` alone is Docker's.
  return (words.size() > 1 || words.back() == "auth") &&
         IsOneOf(words.back(), kLastWords);
}

FactQuery RecordableQuery(const FactQuery& query) {
  FactQuery recordable = query;
  if (query.has_http_read()) {
    recordable.mutable_http_read()->set_url(
        RedactUrlSecrets(query.http_read().url()));
  }
  if (query.has_command()) {
    FactQuery::Command* command = recordable.mutable_command();
    for (std::string& word : *command->mutable_argv()) {
      word = RedactUrlSecrets(word);
    }
    for (EnvironmentVariable& variable : *command->mutable_environment()) {
      variable.set_value(NamesSecret(variable.name())
                             ? kMask
                             : RedactUrlSecrets(variable.value()));
    }
  }
  return recordable;
}

FactValue RecordableValue(const FactQuery& query, const FactValue& value) {
  if (value.has_absent()) return value;
  FactValue recordable = value;
  if (recordable.has_file()) {
    if (IsSecretFile(query.file().path())) return Withheld();
    MaskFile(recordable.mutable_file());
  } else if (recordable.has_digest()) {
    if (IsSecretFile(query.digest().path())) return Withheld();
  } else if (recordable.has_variable()) {
    FactValue::Variable* variable = recordable.mutable_variable();
    variable->set_value(RedactUrlSecrets(variable->value()));
  } else if (recordable.has_command()) {
    FactValue::Command* command = recordable.mutable_command();
    command->set_standard_output(MaskText(command->standard_output()));
    command->set_standard_error(MaskText(command->standard_error()));
  } else if (recordable.has_http_read()) {
    FactValue::HttpRead* read = recordable.mutable_http_read();
    read->set_body(MaskText(read->body()));
  } else if (recordable.has_failed_attempt()) {
    FactValue::FailedAttempt* attempt = recordable.mutable_failed_attempt();
    attempt->set_output(MaskText(attempt->output()));
  }
  return recordable;
}

}  // namespace provision
