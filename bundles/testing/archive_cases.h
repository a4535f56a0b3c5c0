#ifndef PROVISION_BUNDLES_TESTING_ARCHIVE_CASES_H_
#define PROVISION_BUNDLES_TESTING_ARCHIVE_CASES_H_

// What the files that make hostile archives share.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "bundles/testing/hostile_archives.h"
#include "bundles/testing/tar_builder.h"

namespace provision {

// Collects the archives of one class.
class ArchiveCases {
 public:
  ArchiveCases(absl::string_view class_name, uint32_t seed)
      : class_(class_name), seed_(seed) {}

  // A whole file, refused under one id by both profiles, or by each its own.
  void Add(absl::string_view name, std::string bytes, absl::string_view id) {
    Add(name, std::move(bytes), id, id);
  }
  void Add(absl::string_view name, std::string bytes, absl::string_view strict,
           absl::string_view upstream) {
    archives_.push_back({absl::StrCat(class_, ": ", name), std::move(bytes),
                         std::string(strict), std::string(upstream)});
  }

  // A tar of these blocks between harmless members.
  void AddTar(absl::string_view name, const TarBuilder& blocks,
              absl::string_view id) {
    AddTar(name, blocks, id, id);
  }
  void AddTar(absl::string_view name, const TarBuilder& blocks,
              absl::string_view strict, absl::string_view upstream) {
    Add(name, Surrounded(blocks.Unfinished()).Finish(), strict, upstream);
  }

  // As many harmless members as the seed says before `blocks` and after.
  TarBuilder Surrounded(absl::string_view blocks) const {
    TarBuilder tar;
    for (uint32_t i = 0; i < seed_ % 3; ++i) {
      tar.Add({.name = absl::StrCat("before/", i),
               .data = std::string(seed_ * 311 % 1500, 'b')});
    }
    tar.Raw(blocks);
    for (uint32_t i = 0; i < seed_ / 3 % 3; ++i) {
      tar.Add({.name = absl::StrCat("after/", i), .data = "harmless"});
    }
    return tar;
  }

  uint32_t seed() const { return seed_; }
  std::vector<TestArchive> Take() { return std::move(archives_); }

 private:
  const std::string class_;
  const uint32_t seed_;
  std::vector<TestArchive> archives_;
};

}  // namespace provision

#endif  // PROVISION_BUNDLES_TESTING_ARCHIVE_CASES_H_
