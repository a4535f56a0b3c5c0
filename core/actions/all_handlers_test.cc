#include "core/actions/all_handlers.h"

#include "core/testing/no_artifact_readers.h"
#include "core/testing/testing.h"
#include "google/protobuf/descriptor.h"

namespace provision {
namespace {

TEST(AllHandlersTest, EveryKindHasOne) {
  const ActionHandlers handlers = AllHandlers(NoArtifactReaders());
  const google::protobuf::OneofDescriptor* kinds =
      Action::descriptor()->FindOneofByName("kind");
  ASSERT_NE(kinds, nullptr);
  for (int i = 0; i < kinds->field_count(); ++i) {
    Action action;
    action.GetReflection()->MutableMessage(&action, kinds->field(i));
    // Get() aborts on a kind without a handler.
    EXPECT_NE(handlers.Get(action).repeat_class(action),
              Action::REPEAT_CLASS_UNSPECIFIED)
        << kinds->field(i)->name();
  }
}

}  // namespace
}  // namespace provision
