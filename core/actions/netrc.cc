#include "core/actions/netrc.h"

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace provision {
namespace {

// Words of a .netrc file, one after the other.
class Words {
 public:
  explicit Words(absl::string_view text) : rest_(text) {}

  bool Next(std::string& word) {
    word.clear();
    while (!rest_.empty() &&
           (absl::ascii_isspace(rest_[0]) || rest_[0] == '#')) {
      if (rest_[0] == '#') SkipLine();
      if (!rest_.empty()) rest_.remove_prefix(1);
    }
    if (rest_.empty()) return false;
    const bool quoted = rest_[0] == '"';
    if (quoted) rest_.remove_prefix(1);
    while (!rest_.empty()) {
      char c = rest_[0];
      if (quoted ? c == '"' : absl::ascii_isspace(c)) break;
      if (quoted && c == '\\' && rest_.size() > 1) {
        rest_.remove_prefix(1);
        c = rest_[0];
      }
      word += c;
      rest_.remove_prefix(1);
    }
    if (quoted && !rest_.empty()) rest_.remove_prefix(1);
    return true;
  }

  // A macro ends with an empty line.
  void SkipMacro() {
    const size_t end = rest_.find("\n\n");
    rest_.remove_prefix(end == absl::string_view::npos ? rest_.size() : end);
  }

 private:
  void SkipLine() {
    const size_t end = rest_.find('\n');
    rest_.remove_prefix(end == absl::string_view::npos ? rest_.size() : end);
  }

  absl::string_view rest_;
};

struct Entry {
  bool applies = false;
  std::string login;
  absl::optional<Secret> password;
};

}  // namespace

absl::optional<Secret> NetrcCredentials(absl::string_view text,
                                        absl::string_view host) {
  Words words(text);
  Entry entry;
  Entry chosen;
  std::string word;
  // The first machine of the name counts; `default` stands last.
  auto close = [&] {
    if (entry.applies && !chosen.applies) chosen = std::move(entry);
    entry = Entry();
  };
  while (words.Next(word)) {
    if (word == "machine" || word == "default") {
      close();
      entry.applies = word == "default" ||
                      (words.Next(word) && absl::EqualsIgnoreCase(word, host));
    } else if (word == "login") {
      words.Next(entry.login);
    } else if (word == "password") {
      words.Next(word);
      entry.password.emplace(std::move(word));
    } else if (word == "account") {
      words.Next(word);
    } else if (word == "macdef") {
      words.SkipMacro();
    }
  }
  close();
  if (!chosen.password.has_value()) return absl::nullopt;
  return Secret(absl::StrCat(chosen.login, ":", chosen.password->Reveal()));
}

}  // namespace provision
