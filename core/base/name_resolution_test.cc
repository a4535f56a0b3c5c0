#include "core/base/name_resolution.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::ElementsAre;

TEST(NameResolutionTest, AnAddressIsItsOwnName) {
  EXPECT_THAT(ResolveName("127.0.0.1"), IsOkAndHolds(ElementsAre("127.0.0.1")));
  EXPECT_THAT(ResolveName("::1"), IsOkAndHolds(ElementsAre("::1")));
}

TEST(NameResolutionTest, TheLoopbackHasAName) {
  EXPECT_THAT(ResolveName("localhost"),
              IsOkAndHolds(Contains(AnyOf("127.0.0.1", "::1"))));
}

TEST(NameResolutionTest, WhatIsNoNameIsAnError) {
  EXPECT_THAT(ResolveName(""), testing::Not(IsOk()));
  EXPECT_THAT(ResolveName("no such name.invalid"), testing::Not(IsOk()));
}

}  // namespace
}  // namespace provision
