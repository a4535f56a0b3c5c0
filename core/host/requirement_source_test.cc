#include "core/host/requirement_source.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/host/error_offset.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

// "kind name [extras] specifier location @ref subdirectory ; marker", without
// what is empty.
std::string Describe(const RequirementSource& source) {
  constexpr const char* kKinds[] = {"name", "url", "repository", "path"};
  std::string text = kKinds[static_cast<int>(source.kind)];
  const auto add = [&text](absl::string_view prefix, const std::string& value) {
    if (!value.empty()) absl::StrAppend(&text, " ", prefix, value);
  };
  add("", source.name);
  if (!source.extras.empty()) {
    absl::StrAppend(&text, " [", absl::StrJoin(source.extras, ","), "]");
  }
  add("", source.specifier.ToString());
  add("", source.location);
  add("@", source.ref);
  add("sub=", source.subdirectory);
  if (source.marker.has_value()) add("; ", source.marker->ToString());
  return text;
}

TEST(RequirementSourceTest, ReadsEveryForm) {
  struct Case {
    std::string text;
    std::string source;
    bool editable = false;
  };
  for (const Case& c : {
           Case{"numpy", "name numpy"},
           Case{"requests[ security ]>=2 ; os_name=='nt'",
                "name requests [security] >=2 ; os_name == \"nt\""},
           Case{"pkg===1.0", "name pkg ===1.0"},
           Case{"a ; platform_version == 'x/y'",
                "name a ; platform_version == \"x/y\""},
           Case{"pkg @ https://h.example/p.whl ; os_name == 'nt'",
                "url pkg https://h.example/p.whl ; os_name == \"nt\""},
           Case{"pkg[a]@git+https://h.example/p@v1#subdirectory=d",
                "repository pkg [a] git+https://h.example/p @v1 sub=d"},
           Case{"pkg @ ./local", "path pkg ./local"},
           Case{"https://h.example/p-1.0-py3-none-any.whl",
                "url p https://h.example/p-1.0-py3-none-any.whl"},
           Case{"https://h.example/p.zip#egg=n[x]&subdirectory=s",
                "url n [x] https://h.example/p.zip sub=s"},
           Case{"https://h.example/name;v=1.1/?q=1",
                "url https://h.example/name;v=1.1/?q=1"},
           Case{"https://h.example/x#sha256=abc", "url https://h.example/x"},
           Case{"git+ssh://git@h.example/p.git@v1#egg=p",
                "repository p git+ssh://git@h.example/p.git @v1"},
           Case{"git+https://u:pw@h.example/p",
                "repository git+https://***@h.example/p"},
           Case{"hg+http://h.example/p", "repository hg+http://h.example/p"},
           Case{"./p[a, b] ; os_name == 'nt'",
                "path [a,b] ./p ; os_name == \"nt\""},
           Case{"./with space", "path ./with space"},
           Case{".", "path ."},
           Case{"C:\\wheels\\a-1-py3-none-any.whl",
                "path a C:\\wheels\\a-1-py3-none-any.whl"},
           Case{"C:/wheels/a.zip", "path C:/wheels/a.zip"},
           Case{"a-1.0.tar.gz", "path a-1.0.tar.gz"},
           Case{"./p", "path ./p", true},
           Case{"./p[d", "path ./p[d", true},
           Case{"p", "path p", true},
           Case{"git+https://h.example/p#egg=q",
                "repository q git+https://h.example/p", true},
           Case{"q @ git+https://h.example/p",
                "repository q git+https://h.example/p", true},
           Case{"file:///srv/p", "url file:///srv/p", true},
       }) {
    const auto source = ParseRequirementSource(c.text, c.editable);
    ASSERT_TRUE(source.ok()) << c.text << ": " << source.status();
    EXPECT_EQ(Describe(*source), c.source);
  }
}

TEST(RequirementSourceTest, ErrorsSayWhereAndWhat) {
  const std::string semicolon =
      "put a space before this `;`: directly after a URL or a path it is part "
      "of it";
  const std::string hash =
      "put a space before this `#`: directly after a URL or a path it is part "
      "of it";
  struct Case {
    std::string text;
    size_t offset;
    std::string message;
    bool editable = false;
  };
  for (const Case& c : {
           Case{"https://h.example/p.zip;os_name=='nt'", 23, semicolon},
           Case{"https://h.example/p.zip; os_name=='nt'", 23, semicolon},
           Case{"a @ https://h.example/p.zip;os_name=='nt'", 27, semicolon},
           Case{"./p;python_version >= \"3.9\"", 3, semicolon, true},
           Case{"./p# comment", 3, hash, true},
           Case{"./p#comment", 3, hash},
           Case{"https://h.example/p#", 19, hash},
           Case{"https://h.example/a b", 19, "a URL has no spaces; write %20"},
           Case{"https://h.example/p.zip", 0,
                "only a folder or a repository (git+https://...) can be "
                "editable",
                true},
           Case{"a-1.whl", 0,
                "`a-1.whl` is no name of a wheel: "
                "NAME-VERSION-PYTHON-ABI-PLATFORM.whl"},
           Case{"./p ; os_nam == 'x'", 6, "`os_nam` is no marker variable"},
           Case{"pkg>=1.0*", 3, "\">=1.0*\": \"1.0*\" is not a version"},
           Case{"pkg~=1", 3,
                "\"~=1\": ~= needs at least two numbers, as in ~=1.4"},
           Case{"pkg @ nowhere", 6, "`nowhere` is neither a URL nor a path"},
           Case{"./p#egg=-", 0,
                "`#egg=-` names no distribution: `-` is not a name: it must "
                "begin and end with a letter or a digit"},
       }) {
    const absl::Status status =
        ParseRequirementSource(c.text, c.editable).status();
    EXPECT_EQ(status.message(), c.message) << c.text;
    EXPECT_EQ(ErrorOffset(status), c.offset) << c.text;
  }
}

TEST(RequirementSourceTest, SecretsAreMasked) {
  const auto source =
      ParseRequirementSource("a @ https://u:pw@h.example/a.zip", false);
  ASSERT_TRUE(source.ok());
  EXPECT_TRUE(source->has_secret);
  EXPECT_EQ(source->location, "https://***@h.example/a.zip");
}

TEST(RequirementSourceTest, KnowsArchives) {
  EXPECT_TRUE(IsPythonArchiveName("a-1.tar.GZ"));
  EXPECT_TRUE(IsPythonArchiveName("a.whl"));
  EXPECT_FALSE(IsPythonArchiveName("a.txt"));
  EXPECT_FALSE(IsPythonArchiveName("zip"));
}

}  // namespace
}  // namespace provision
