#include "core/base/pipe.h"

#include <fcntl.h>

#include <string>

#include "core/base/descriptor.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(PipeTest, CarriesBytesAndIsNotInherited) {
  ASSERT_OK_AND_ASSIGN(Pipe pipe, NewPipe());
  EXPECT_EQ(fcntl(pipe.reading.get(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(fcntl(pipe.writing.get(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(WriteWholly(pipe.writing.get(), "bytes"), 0);
  pipe.writing.Close();
  std::string read;
  EXPECT_EQ(ReadUntilEnd(pipe.reading.get(), 100, read), 0);
  EXPECT_EQ(read, "bytes");
}

}  // namespace
}  // namespace provision
