#include "core/project/uv_lock_closure.h"

#include <cstddef>
#include <deque>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace provision {
namespace {

// Markers that must all hold; without any it always holds.
using Condition = std::set<std::string>;

bool IsProject(const DocumentNode& package) {
  const DocumentNode* source = package.Find("source");
  return source != nullptr &&
         (source->TextOf("virtual") == "." ||
          source->TextOf("editable") == "." || source->TextOf("path") == ".");
}

class Closure {
 public:
  explicit Closure(const DocumentNode& packages) : packages_(packages.items) {}

  void Walk() {
    for (size_t i = 0; i < packages_.size(); ++i) {
      if (IsProject(packages_[i])) Reach(i, "", {});
    }
    while (!queue_.empty()) {
      const auto [package, extra, condition] = queue_.front();
      queue_.pop_front();
      const DocumentNode* edges =
          extra.empty()
              ? packages_[package].Find("dependencies")
              : packages_[package].Find("optional-dependencies", extra);
      if (edges == nullptr) continue;
      for (const DocumentNode& edge : edges->items) Follow(edge, condition);
    }
  }

  std::vector<UvLockedPackage> Found() const {
    std::vector<UvLockedPackage> found;
    for (size_t i = 0; i < packages_.size(); ++i) {
      if (IsProject(packages_[i])) continue;
      if (wanted_.empty()) {
        found.push_back({&packages_[i], ""});
      } else if (auto wanted = wanted_.find(i); wanted != wanted_.end()) {
        found.push_back({&packages_[i], MarkerOf(wanted->second)});
      }
    }
    return found;
  }

 private:
  void Follow(const DocumentNode& edge, Condition condition) {
    const std::string marker = edge.TextOf("marker");
    if (!marker.empty()) condition.insert(marker);
    for (size_t i = 0; i < packages_.size(); ++i) {
      if (packages_[i].TextOf("name") != edge.TextOf("name")) continue;
      const std::string version = edge.TextOf("version");
      if (!version.empty() && packages_[i].TextOf("version") != version) {
        continue;
      }
      Reach(i, "", condition);
      const DocumentNode* extras = edge.Find("extra");
      if (extras == nullptr) continue;
      for (const DocumentNode& extra : extras->items) {
        Reach(i, extra.text, condition);
      }
    }
  }

  void Reach(size_t package, const std::string& extra,
             const Condition& condition) {
    std::set<Condition>& seen = seen_[{package, extra}];
    if (seen.count({}) > 0 || !seen.insert(condition).second) return;
    wanted_[package].insert(condition);
    // What always holds is followed first: it spares the ways with conditions.
    if (condition.empty()) {
      queue_.emplace_front(package, extra, condition);
    } else {
      queue_.emplace_back(package, extra, condition);
    }
  }

  static std::string MarkerOf(const std::set<Condition>& ways) {
    if (ways.count({}) > 0) return "";
    std::vector<std::string> texts;
    for (const Condition& way : ways) {
      texts.push_back(absl::StrJoin(
          way, " and ", [&way](std::string* out, const std::string& marker) {
            const bool enclose =
                way.size() > 1 && absl::StrContains(marker, " or ");
            absl::StrAppend(out, enclose ? "(" : "", marker,
                            enclose ? ")" : "");
          }));
    }
    if (texts.size() == 1) return texts[0];
    return absl::StrCat("(", absl::StrJoin(texts, ") or ("), ")");
  }

  const std::vector<DocumentNode>& packages_;
  std::deque<std::tuple<size_t, std::string, Condition>> queue_;
  std::map<std::pair<size_t, std::string>, std::set<Condition>> seen_;
  std::map<size_t, std::set<Condition>> wanted_;
};

}  // namespace

std::vector<UvLockedPackage> UvLockClosure(const DocumentNode& root) {
  const DocumentNode* packages = root.Find("package");
  if (packages == nullptr) return {};
  Closure closure(*packages);
  closure.Walk();
  return closure.Found();
}

}  // namespace provision
