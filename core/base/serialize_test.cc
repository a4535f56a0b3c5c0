#include "core/base/serialize.h"

#include "core/base/diagnostic.pb.h"
#include "google/protobuf/struct.pb.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

TEST(SerializeTest, MapsAreSorted) {
  google::protobuf::Struct forward, backward;
  for (int i = 0; i < 50; ++i) {
    (*forward.mutable_fields())[std::to_string(i)].set_number_value(i);
    (*backward.mutable_fields())[std::to_string(49 - i)].set_number_value(49 -
                                                                          i);
  }
  EXPECT_EQ(DeterministicBytes(forward), DeterministicBytes(backward));
}

TEST(SerializeTest, IsTheOrdinaryEncoding) {
  Diagnostic diagnostic;
  diagnostic.set_id("a/b");
  EXPECT_EQ(DeterministicBytes(diagnostic), diagnostic.SerializeAsString());
}

}  // namespace
}  // namespace provision
