#include "core/engine/event_stream.h"

#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace provision {
namespace {

class KeepingSink final : public EventSink {
 public:
  void Emit(Event event) override { events.push_back(std::move(event)); }
  std::vector<Event> events;
};

absl::Time HalfPastNine() {
  return absl::FromCivil(absl::CivilSecond(2027, 1, 15, 9, 30, 3),
                         absl::UTCTimeZone()) +
         absl::Milliseconds(20);
}

TEST(EventStreamTest, NumbersAndStampsEachEventForEveryReceiver) {
  KeepingSink first, second;
  Redactor redactor;
  EventStream stream(HalfPastNine, redactor);
  stream.AddReceiver(&first);
  stream.AddReceiver(&second);
  Event event;
  event.mutable_log()->set_text("one");
  stream.Emit(event);
  stream.set_run("7f3c2a91");
  stream.Emit(event);
  event.set_run("of its own");
  stream.Emit(event);
  ASSERT_EQ(first.events.size(), 3u);
  ASSERT_EQ(second.events.size(), 3u);
  EXPECT_EQ(first.events[0].version(), 1);
  EXPECT_EQ(first.events[0].seq(), 1u);
  EXPECT_EQ(first.events[0].time(), "2027-01-15T09:30:03.020Z");
  EXPECT_FALSE(first.events[0].has_run());
  EXPECT_EQ(first.events[1].run(), "7f3c2a91");
  EXPECT_EQ(second.events[2].seq(), 3u);
  EXPECT_EQ(second.events[2].run(), "of its own");
}

TEST(EventStreamTest, NoReceiverSeesASecret) {
  KeepingSink sink;
  Redactor redactor;
  EventStream stream(HalfPastNine, redactor);
  stream.AddReceiver(&sink);
  redactor.Add(Secret("hunter2"));
  Event event;
  event.mutable_log()->set_text("password hunter2");
  stream.Emit(event);
  EXPECT_EQ(sink.events[0].log().text(), "password [secret]");
}

TEST(EventStreamTest, ReceiversSeeOneOrderFromManyThreads) {
  KeepingSink sink;
  Redactor redactor;
  EventStream stream(HalfPastNine, redactor);
  stream.AddReceiver(&sink);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&stream] {
      for (int j = 0; j < 100; ++j) {
        Event event;
        event.mutable_progress()->set_done(j);
        stream.Emit(event);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_EQ(sink.events.size(), 400u);
  for (size_t i = 0; i < sink.events.size(); ++i) {
    EXPECT_EQ(sink.events[i].seq(), i + 1);
  }
}

}  // namespace
}  // namespace provision
