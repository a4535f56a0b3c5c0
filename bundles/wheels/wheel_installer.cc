#include "bundles/wheels/wheel_installer.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bundles/wheels/placed_wheels.h"
#include "bundles/wheels/wheel.h"
#include "bundles/wheels/wheel_layout.h"
#include "bundles/wheels/wheel_record.h"
#include "bundles/wheels/wheel_writer.h"
#include "core/base/diagnostic.h"
#include "core/base/parallel_for.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

// `status` as one of this wheel: "numpy-….whl: RECORD: …".
absl::Status Named(absl::string_view file, const absl::Status& status) {
  Diagnostic diagnostic = DiagnosticFromStatus(status);
  diagnostic.set_message(absl::StrCat(file, ": ", diagnostic.message()));
  return StatusFromDiagnostic(status.code(), diagnostic);
}

class JudgedTree : public WheelTree {
 public:
  JudgedTree(std::vector<WheelInput> inputs, const WheelScheme& scheme,
             FileConflicts conflicts, int threads)
      : inputs_(std::move(inputs)),
        scheme_(scheme),
        threads_(threads),
        placed_(wheels_, inputs_, scheme_, conflicts, threads) {}

  absl::Status Judge() {
    PROVISION_ASSIGN_OR_RETURN(const WheelRules rules, Rules());
    std::vector<absl::StatusOr<Wheel>> opened(inputs_.size(),
                                              absl::UnknownError("not opened"));
    const std::vector<size_t> order = LargestFirst();
    PROVISION_RETURN_IF_ERROR(
        ParallelFor(order.size(), threads_, [&](size_t turn) -> absl::Status {
          const size_t i = order[turn];
          WheelRules own = rules;
          own.accept_record = inputs_[i].accept_record;
          opened[i] = Wheel::Open(*inputs_[i].archive, inputs_[i].file, own);
          if (opened[i].ok()) return absl::OkStatus();
          return Named(inputs_[i].file, opened[i].status());
        }));
    for (absl::StatusOr<Wheel>& wheel : opened) {
      wheels_.push_back(*std::move(wheel));
    }
    PROVISION_RETURN_IF_ERROR(placed_.Place());
    for (const auto& [path, file] : placed_.files()) {
      files_.push_back({.path = path,
                        .executable = file.executable,
                        .size = file.size,
                        .sha256 = file.sha256});
    }
    for (size_t i = 0; i < wheels_.size(); ++i) {
      for (const std::string& note : wheels_[i].notes()) {
        warnings_.push_back(absl::StrCat(inputs_[i].file, ": ", note));
      }
    }
    warnings_.insert(warnings_.end(), placed_.warnings().begin(),
                     placed_.warnings().end());
    return absl::OkStatus();
  }

  const std::vector<ArchiveEntry>& files() const override { return files_; }
  const std::vector<std::string>& warnings() const override {
    return warnings_;
  }

  absl::Status Write(Directory& destination,
                     const std::function<bool()>& stop) const override {
    return WritePlacedFiles(placed_.files(), threads_, stop, destination);
  }

 private:
  // So that no thread is left alone with one at the end.
  std::vector<size_t> LargestFirst() const {
    std::vector<size_t> order(inputs_.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [this](size_t a, size_t b) {
      return inputs_[a].archive->size() > inputs_[b].archive->size();
    });
    return order;
  }

  absl::StatusOr<WheelRules> Rules() const {
    WheelRules rules;
    PROVISION_ASSIGN_OR_RETURN(rules.python,
                               PythonVersion::Parse(scheme_.python_version));
    rules.tags.insert(scheme_.tags.begin(), scheme_.tags.end());
    return rules;
  }

  const std::vector<WheelInput> inputs_;
  const WheelScheme scheme_;
  const int threads_;
  std::vector<Wheel> wheels_;
  PlacedWheels placed_;
  std::vector<ArchiveEntry> files_;
  std::vector<std::string> warnings_;
};

class BundlesWheelInstaller : public WheelInstaller {
 public:
  explicit BundlesWheelInstaller(int threads) : threads_(threads) {}

  absl::StatusOr<std::unique_ptr<WheelTree>> Judge(
      absl::Span<const WheelInput> wheels, const WheelScheme& scheme,
      FileConflicts conflicts) const override {
    auto tree = std::make_unique<JudgedTree>(
        std::vector<WheelInput>(wheels.begin(), wheels.end()), scheme,
        conflicts, threads_);
    PROVISION_RETURN_IF_ERROR(tree->Judge());
    return tree;
  }

  absl::StatusOr<std::vector<std::string>> ListedFiles(
      absl::string_view folder, absl::string_view record) const override {
    PROVISION_ASSIGN_OR_RETURN(std::vector<WheelRecordRow> rows,
                               ParseWheelRecord(record));
    std::vector<std::string> paths;
    for (const WheelRecordRow& row : rows) {
      PROVISION_ASSIGN_OR_RETURN(std::string path,
                                 ListedPath(ParentPath(folder), row.path));
      paths.push_back(std::move(path));
    }
    std::sort(paths.begin(), paths.end());
    return paths;
  }

 private:
  const int threads_;
};

}  // namespace

std::unique_ptr<WheelInstaller> NewWheelInstaller(int threads) {
  return std::make_unique<BundlesWheelInstaller>(threads);
}

}  // namespace provision
