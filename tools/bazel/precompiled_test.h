// precompiled.h and GoogleTest, for tests.
#ifndef PROVISION_TOOLS_BAZEL_PRECOMPILED_TEST_H_
#define PROVISION_TOOLS_BAZEL_PRECOMPILED_TEST_H_

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/bazel/precompiled.h"

#endif  // PROVISION_TOOLS_BAZEL_PRECOMPILED_TEST_H_
