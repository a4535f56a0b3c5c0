#include "core/base/descriptor.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "core/testing/testing.h"

namespace provision {
namespace {

bool IsOpen(int descriptor) { return fcntl(descriptor, F_GETFD) >= 0; }

TEST(DescriptorTest, ClosesWhatItOwnsOnce) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  {
    Descriptor reading(ends[0]);
    Descriptor moved = std::move(reading);
    EXPECT_FALSE(reading.valid());
    EXPECT_TRUE(IsOpen(ends[0]));
    moved = Descriptor(ends[1]);
    EXPECT_FALSE(IsOpen(ends[0]));
    EXPECT_EQ(moved.Release(), ends[1]);
  }
  EXPECT_TRUE(IsOpen(ends[1]));
  close(ends[1]);
}

// A pipe holds 64 KiB, so the writer meets short counts and waits; the signals
// interrupt both sides.
TEST(DescriptorTest, GoesOnAfterShortCountsAndSignals) {
  struct sigaction action = {};
  action.sa_handler = [](int) {};
  ASSERT_EQ(sigaction(SIGUSR1, &action, nullptr), 0);
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);

  const std::string sent(5 << 20, 'x');
  std::thread writer([&] {
    EXPECT_EQ(WriteWholly(writing.get(), sent), 0);
    writing.Close();
  });
  const pthread_t reader = pthread_self();
  std::thread signaler([&] {
    for (int i = 0; i < 200; ++i) pthread_kill(reader, SIGUSR1);
  });
  std::string received;
  EXPECT_EQ(ReadUntilEnd(reading.get(), sent.size(), received), 0);
  signaler.join();
  writer.join();
  EXPECT_TRUE(received == sent);
}

TEST(DescriptorTest, ReadsOneByteMoreThanTheLimitAndStops) {
  TemporaryFolder folder;
  Descriptor file(open(folder.Write("a", "0123456789").c_str(), O_RDONLY));
  std::string content;
  EXPECT_EQ(ReadUntilEnd(file.get(), 4, content), 0);
  EXPECT_EQ(content, "01234");
}

TEST(DescriptorTest, AMissingByteIsAnError) {
  TemporaryFolder folder;
  Descriptor file(open(folder.Write("a", "0123456789").c_str(), O_RDONLY));
  char out[4];
  EXPECT_EQ(ReadWhollyAt(file.get(), 6, out, 4), 0);
  EXPECT_EQ(std::string(out, 4), "6789");
  EXPECT_EQ(ReadWhollyAt(file.get(), 7, out, 4), EIO);
}

}  // namespace
}  // namespace provision
