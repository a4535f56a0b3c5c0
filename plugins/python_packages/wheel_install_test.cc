#include "plugins/python_packages/wheel_install.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;

// A run is held to these places, so each is written as the run compares it.
TEST(AnnounceWheelsTest, EachPlaceOnceAsTheRunComparesIt) {
  LockedWheels locked;
  for (const char* url :
       {"https://files.example/a.whl", "https://files.example:443/b.whl",
        "https://user@[::1]:8443/c.whl", "http://mirror.example/d.whl",
        "file:///srv/e.whl"}) {
    Lock::Artifact wheel;
    wheel.add_url(url);
    locked.wheels.push_back(wheel);
  }
  Proposal proposal;
  AnnounceWheels(locked, "/srv/app/.venv", proposal);
  std::vector<std::string> places;
  for (const Proposal::Endpoint& place : proposal.envelope().endpoint()) {
    places.push_back(
        absl::StrCat(place.scheme(), " ", place.host(), ":", place.port()));
  }
  EXPECT_THAT(places, ElementsAre("https files.example:443", "https [::1]:8443",
                                  "http mirror.example:80"));
  EXPECT_THAT(proposal.envelope().path(), ElementsAre("/srv/app/.venv"));
}

}  // namespace
}  // namespace provision
