// Archives that no reader may take, by the action that people use: each is
// refused before anything is written, and each good one is unpacked whole.

#include <memory>

#include "bundles/archive_unpacker.h"
#include "bundles/testing/hostile_archives.h"
#include "core/actions/unpack.h"
#include "core/base/crypto.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::IsEmpty;

void Judge(const TestArchive& archive, Unpack::Profile profile) {
  const bool is_strict = profile == Unpack::STRICT;
  SCOPED_TRACE(archive.name + (is_strict ? " (strict)" : " (upstream)"));
  const std::string& id = is_strict ? archive.strict : archive.upstream;
  const std::string digest = Sha256Hex(archive.bytes);
  FakeSystem system;
  system.AddFile("/opt/py/old", "old");
  system.AddSymlink("/opt/py/link", "/etc");
  system.AddDirectory("/store", 0700);
  system.AddFile("/store/sha256/" + digest, archive.bytes);
  const auto before = system.Snapshot("/opt");
  std::unique_ptr<Directory> store;
  ActionContext context{.system = system,
                        .undo = nullptr,
                        .store = [&]() -> absl::StatusOr<Directory*> {
                          PROVISION_ASSIGN_OR_RETURN(
                              store, system.OpenDirectory("/store"));
                          return store.get();
                        }};
  const std::unique_ptr<ArchiveUnpacker> unpacker = NewArchiveUnpacker();
  const std::unique_ptr<ActionHandler> handler = NewUnpackHandler(*unpacker);
  Action action;
  action.mutable_unpack()->set_sha256(digest);
  action.mutable_unpack()->set_name(archive.name);
  action.mutable_unpack()->set_destination("/opt/py");
  action.mutable_unpack()->set_profile(profile);
  absl::Status status = [&]() -> absl::Status {
    PROVISION_ASSIGN_OR_RETURN(Preparation preparation,
                               handler->Prepare(action, context));
    return handler->Perform(action, preparation, context);
  }();
  if (id.empty()) {
    EXPECT_OK(status);
    EXPECT_THAT(handler->AuditWanted(action, context),
                IsOkAndHolds(Audit::kAfter));
    return;
  }
  EXPECT_THAT(status, HasDiagnosticId(id));
  EXPECT_THAT(system.operations(), IsEmpty());
  EXPECT_EQ(system.Snapshot("/opt"), before);
}

TEST(HostileUnpackTest, RefusedWholeWithTheDestinationUntouched) {
  for (const TestArchive& archive : AllTestArchives(1)) {
    Judge(archive, Unpack::STRICT);
    Judge(archive, Unpack::UPSTREAM);
  }
}

}  // namespace
}  // namespace provision
