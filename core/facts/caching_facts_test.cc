#include "core/facts/caching_facts.h"

#include <functional>

#include "core/testing/fake_facts.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

class CountingFacts : public FakeFacts {
 public:
  FactValue Read(const FactQuery& query) override {
    ++reads;
    FactValue value = FakeFacts::Read(query);
    if (during_read) during_read();
    return value;
  }
  int reads = 0;
  std::function<void()> during_read;
};

class CachingFactsTest : public testing::Test {
 protected:
  std::string Read() {
    return cache_.Read(ParseText<FactQuery>("variable { name: 'A' }"))
        .variable()
        .value();
  }

  CountingFacts host_;
  CachingFacts cache_{host_};
};

TEST_F(CachingFactsTest, ReadsOnceUntilTheHostChanged) {
  host_.AddVariable("A", "1");
  EXPECT_EQ(Read(), "1");
  host_.AddVariable("A", "2");
  EXPECT_EQ(Read(), "1");
  EXPECT_EQ(host_.reads, 1);
  cache_.DropAll();
  EXPECT_EQ(Read(), "2");
  EXPECT_EQ(host_.reads, 2);
}

TEST_F(CachingFactsTest, AnAnswerFromBeforeAChangeIsNotKept) {
  host_.AddVariable("A", "1");
  host_.during_read = [&] { cache_.DropAll(); };
  EXPECT_EQ(Read(), "1");
  host_.AddVariable("A", "2");
  EXPECT_EQ(Read(), "2");
}

}  // namespace
}  // namespace provision
