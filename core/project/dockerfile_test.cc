#include "core/project/dockerfile.h"

#include "core/project/reading_text.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

TEST(DockerfileTest, ReadsBaseImagesAndPackages) {
  const struct {
    const char* text;
    std::vector<std::string> lines;
  } kCases[] = {
      {"FROM python:3.12-slim\n", {"1 python 3.12: FROM python:3.12-slim"}},
      {"# syntax\nFROM --platform=linux/amd64 "
       "docker.io/library/python:3.11.7@sha256:00 as b\nFROM b\n",
       {"2 python 3.11.7: FROM "
        "docker.io/library/python:3.11.7@sha256:00"}},
      {"from python:3\n", {"1 python >=3,<4: FROM python:3"}},
      {"FROM python:${V}\n", {"1 ? FROM python:${V} (base images)"}},
      {"FROM debian:12\n", {"1 ? FROM debian:12 (base images)"}},
      {"RUN apt-get update && \\\n  # why\n  apt-get install -y a \\\n b; "
       "true\n"
       "RUN apk add --no-cache c\nRUN dnf -y install d | tee log\n",
       {"1 ? apt-get install a b (system packages)",
        "5 ? apk add c (system packages)",
        "6 ? dnf -y install d (system packages)"}},
      {"RUN pip install -r requirements.txt\nRUN python -m pip install x==1\n",
       {"2 ? python -m pip install x==1 (packages of an image)"}},
      {"RUN install -d /x\nCOPY . .\nRUN make install\nRUN\nFROM\n", {}},
  };
  for (const auto& c : kCases) {
    ProjectReading reading;
    ReadDockerfile({"Dockerfile", c.text}, &reading);
    EXPECT_THAT(DescribeReading(reading), ElementsAreArray(c.lines)) << c.text;
  }
}

}  // namespace
}  // namespace provision
