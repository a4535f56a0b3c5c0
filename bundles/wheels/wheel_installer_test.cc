#include "bundles/wheels/wheel_installer.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "bundles/testing/refusal_text.h"
#include "bundles/testing/wheel_builder.h"
#include "bundles/zip_member_reader.h"
#include "core/api/archive.h"
#include "core/base/crypto.h"
#include "core/base/local_system.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const WheelScheme kScheme = {.interpreter = "/v/bin/python",
                             .python_version = "3.11.7",
                             .site_packages = "lib/python3.11/site-packages",
                             .tags = {"py3-none-any"}};
const char kSite[] = "lib/python3.11/site-packages/";

bool NeverStop() { return false; }

// A wheel of many folders and sizes.
WheelSpec LargeWheel() {
  WheelSpec spec = {.project = "large"};
  for (int folder = 0; folder < 20; ++folder) {
    for (int file = 0; file < 10; ++file) {
      spec.files.emplace_back(
          absl::StrCat("large/f", folder, "/m", file, ".py"),
          std::string(folder * file * 100, 'x'));
    }
  }
  spec.files.emplace_back("large/big.so", std::string(3 << 20, 'y'));
  return spec;
}

class WheelInstallerTest : public testing::TestWithParam<int> {
 protected:
  absl::StatusOr<std::unique_ptr<WheelTree>> Judge(
      const std::vector<WheelSpec>& specs) {
    bytes_.clear();
    sources_.clear();
    std::vector<WheelInput> inputs;
    for (const WheelSpec& spec : specs) {
      bytes_.push_back(std::make_unique<std::string>(BuildWheel(spec)));
      sources_.push_back(std::make_unique<MemoryByteSource>(*bytes_.back()));
      inputs.push_back(
          {.file = WheelFileName(spec), .archive = sources_.back().get()});
    }
    return installer_->Judge(inputs, kScheme, FileConflicts::kLastWins);
  }

  const std::unique_ptr<WheelInstaller> installer_ =
      NewWheelInstaller(GetParam());
  std::vector<std::unique_ptr<std::string>> bytes_;
  std::vector<std::unique_ptr<MemoryByteSource>> sources_;
};

INSTANTIATE_TEST_SUITE_P(Threads, WheelInstallerTest, testing::Values(1, 4));

TEST_P(WheelInstallerTest, WritesWhatItJudged) {
  ASSERT_OK_AND_ASSIGN(const auto tree,
                       Judge({LargeWheel(), {.project = "small"}}));
  EXPECT_THAT(tree->warnings(), IsEmpty());
  const TemporaryFolder folder;
  const std::unique_ptr<System> system = NewLocalSystem();
  ASSERT_OK_AND_ASSIGN(auto destination, system->OpenDirectory(folder.path()));
  ASSERT_OK(tree->Write(*destination, NeverStop));
  EXPECT_EQ(tree->files().size(), 201u + 4 + 4);
  for (const ArchiveEntry& entry : tree->files()) {
    const std::string content = folder.Read(entry.path);
    EXPECT_EQ(content.size(), entry.size) << entry.path;
    EXPECT_EQ(Sha256Hex(content), entry.sha256) << entry.path;
    ASSERT_OK_AND_ASSIGN(auto found, destination->Lstat(entry.path));
    EXPECT_EQ(found->mode, entry.executable ? 0755u : 0644u);
  }
}

TEST_P(WheelInstallerTest, TheSameOnAFakeHost) {
  ASSERT_OK_AND_ASSIGN(const auto tree, Judge({LargeWheel()}));
  FakeSystem system;
  system.AddDirectory("/new", 0700);
  ASSERT_OK_AND_ASSIGN(auto destination, system.OpenDirectory("/new"));
  ASSERT_OK(tree->Write(*destination, NeverStop));
  EXPECT_EQ(system.Content(absl::StrCat("/new/", kSite, "large/big.so")),
            std::string(3 << 20, 'y'));
}

TEST_P(WheelInstallerTest, RefusalsNameTheWheel) {
  EXPECT_EQ(RefusalText(Judge({{},
                               {.project = "other",
                                .left_out = {"other-1.0.dist-info/WHEEL"}}})
                            .status()),
            "other-1.0-py3-none-any.whl: other-1.0.dist-info: has no WHEEL "
            "[wheel/dist-info]");
}

TEST_P(WheelInstallerTest, AWrongDigestIsFoundWhileItIsWritten) {
  const WheelSpec spec = {
      .files = {{"demo/__init__.py", "x = 1\n"}},
      .edit_record = [](std::string record) {
        return absl::StrReplaceAll(
            record, {{WheelRecordLine("demo/__init__.py", "x = 1\n"),
                      WheelRecordLine("demo/__init__.py", "x = 2\n")}});
      }};
  ASSERT_OK_AND_ASSIGN(const auto tree, Judge({spec}));
  FakeSystem system;
  system.AddDirectory("/new", 0700);
  ASSERT_OK_AND_ASSIGN(auto destination, system.OpenDirectory("/new"));
  EXPECT_EQ(RefusalText(tree->Write(*destination, NeverStop)),
            "RECORD: demo/__init__.py: another digest than RECORD says "
            "[wheel/record]");
}

TEST_P(WheelInstallerTest, AFullDiskAndAStopEndIt) {
  ASSERT_OK_AND_ASSIGN(const auto tree, Judge({LargeWheel()}));
  FakeSystem system;
  system.AddDirectory("/new", 0700);
  ASSERT_OK_AND_ASSIGN(auto destination, system.OpenDirectory("/new"));
  EXPECT_THAT(tree->Write(*destination, [] { return true; }),
              StatusIs(absl::StatusCode::kCancelled));
  system.RemoveTree("/new");
  system.AddDirectory("/new", 0700);
  system.LimitFreeBytes(1000);
  ASSERT_OK_AND_ASSIGN(destination, system.OpenDirectory("/new"));
  EXPECT_THAT(tree->Write(*destination, NeverStop),
              HasDiagnosticId("host/no-space"));
}

TEST_P(WheelInstallerTest, ListsWhatARecordNames) {
  const std::string folder = absl::StrCat(kSite, "demo-1.0.dist-info");
  EXPECT_THAT(
      installer_->ListedFiles(folder,
                              "demo/a.py,,\n../../../bin/x,,\n"
                              "demo-1.0.dist-info/RECORD,,\n"),
      IsOkAndHolds(ElementsAre("bin/x", StartsWith(kSite),
                               "lib/python3.11/site-packages/demo/a.py")));
  EXPECT_THAT(
      RefusalText(
          installer_->ListedFiles(folder, "../../../../x,,\n").status()),
      EndsWith("[wheel/escape]"));
  EXPECT_THAT(
      RefusalText(installer_->ListedFiles(folder, "nonsense\n").status()),
      EndsWith("[wheel/record]"));
}

TEST(WheelInstallerMemoryTest, WhatIsTooLargeForItStreams) {
  const std::string large(ZipMemberReader::kMaxSize + 1, '\0');
  const WheelSpec spec = {.files = {{"demo/large.bin", large}}, .method = 0};
  const std::string bytes = BuildWheel(spec);
  const MemoryByteSource source(bytes);
  ASSERT_OK_AND_ASSIGN(
      const auto tree,
      NewWheelInstaller(1)->Judge(
          {{{.file = WheelFileName(spec), .archive = &source}}}, kScheme,
          FileConflicts::kLastWins));
  const TemporaryFolder folder;
  const std::unique_ptr<System> system = NewLocalSystem();
  ASSERT_OK_AND_ASSIGN(auto destination, system->OpenDirectory(folder.path()));
  ASSERT_OK(tree->Write(*destination, NeverStop));
  EXPECT_EQ(folder.Read(absl::StrCat(kSite, "demo/large.bin")), large);
}

}  // namespace
}  // namespace provision
