// Tars whose members are what no archive may hold: names, links, types, modes.

#include "absl/strings/str_cat.h"
#include "bundles/testing/archive_cases.h"

namespace provision {
namespace {

constexpr char kName[] = "archive/name";
constexpr char kType[] = "archive/type";
constexpr char kMetadata[] = "archive/metadata";
constexpr char kDuplicate[] = "archive/duplicate";
constexpr char kCollision[] = "archive/collision";
constexpr char kLimit[] = "archive/limit";

TarBuilder One(const TarMember& member) { return TarBuilder().Add(member); }

// The name once in the fixed field and once in an extended header.
void AddName(ArchiveCases& cases, absl::string_view what,
             const std::string& name, absl::string_view strict,
             absl::string_view upstream) {
  if (name.size() <= 100) {
    cases.AddTar(what, One({.name = name, .data = "x"}), strict, upstream);
  }
  if (name.empty() || name.find('\0') != std::string::npos) return;
  cases.AddTar(absl::StrCat(what, ", extended"),
               TarBuilder()
                   .Extended('x', PaxRecord("path", name))
                   .Add({.name = "x", .data = "x"}),
               strict, upstream);
}

}  // namespace

std::vector<TestArchive> TraversalArchives(uint32_t seed) {
  ArchiveCases cases("traversal", seed);
  for (const std::string name :
       {"/etc/passwd", "//etc/passwd", "/", "../x", "a/../../x", "a/../x",
        "a/..", "..", ".", "a//..//x", "a//x", "././x", "a/./x"}) {
    AddName(cases, name, name, kName, kName);
  }
  AddName(cases, "empty", "", kName, kName);
  AddName(cases, "leading ./", "./x", kName, "");
  cases.AddTar("absolute prefix", One({.name = "x", .prefix = "/p"}), kName);
  cases.AddTar("prefix ..", One({.name = "x", .prefix = ".."}), kName);
  cases.AddTar("prefix .", One({.name = "x", .prefix = "."}), kName, "");
  cases.AddTar("prefix alone", One({.name = "", .prefix = "p"}), kName);
  for (const std::string target : {"/etc/passwd", "../../x", "..", "a//b"}) {
    cases.AddTar(absl::StrCat("link to ", target),
                 One({.name = "l", .type = '2', .link = target}), kType);
    cases.AddTar(absl::StrCat("link to ", target, ", extended"),
                 TarBuilder()
                     .Extended('x', PaxRecord("linkpath", target))
                     .Add({.name = "l", .type = '2', .link = "l2"}),
                 kType);
  }
  const std::string record = PaxRecord("mtime", "1");
  for (const std::string name : {"/PaxHeader/x", "../x", "a/../../x"}) {
    for (char type : {'x', 'g'}) {
      cases.AddTar(
          absl::StrCat("header ", std::string(1, type), " called ", name),
          One({.name = name, .type = type, .data = record}).Add({.name = "x"}),
          kName);
    }
  }
  cases.AddTar(
      "name of a GNU header",
      TarBuilder().Extended('L', std::string("../x\0", 5)).Add({.name = "x"}),
      kType, kName);
  return cases.Take();
}

std::vector<TestArchive> HostileNameArchives(uint32_t seed) {
  ArchiveCases cases("hostile name", seed);
  const struct {
    std::string what, name;
  } kNames[] = {
      {"control", "a\x01"},
      {"newline", "a\nb"},
      {"carriage return", "a\rb"},
      {"escape sequence", "\x1b]0;title\x07"},
      {"delete", "a\x7f"},
      {"C1 control", "a\u009b"},
      {"backslash", "..\\x"},
      {"drive", "C:x"},
      {"bidirectional", "a\u202egpj.exe"},
      {"isolate", "a\u2067b"},
      {"byte order mark", "\ufeffx"},
      {"noncharacter", "a\ufffe"},
      {"overlong", "a\xc0\xae\xc0\xae/x"},
      {"invalid UTF-8", "a\xff"},
      {"surrogate", "a\xed\xb0\x80"},
  };
  for (const auto& n : kNames) AddName(cases, n.what, n.name, kName, kName);
  cases.AddTar("NUL in the middle", One({.name = std::string("a\0b", 3)}),
               kName);
  cases.AddTar("slash after a file", One({.name = "x/", .data = "x"}), kName);
  AddName(cases, "4 KiB", std::string(4096, 'n'), kLimit, kLimit);
  AddName(cases, "60 KiB", std::string(60000, 'n'), kLimit, kLimit);
  AddName(cases, "component of 256", std::string(256, 'n'), kLimit, kLimit);
  std::string deep = "d";
  for (int i = 0; i < 64; ++i) absl::StrAppend(&deep, "/d");
  AddName(cases, "65 components", deep, kLimit, kLimit);
  // CVE-2025-4517: short through the links, longer than PATH_MAX when resolved.
  TarBuilder levels;
  const std::string component(247, 'd');
  std::string path;
  for (int i = 0; i < 16; ++i) {
    levels.Extended('x', PaxRecord("path", path + component))
        .Add({.name = "d", .type = '5'})
        .Extended('x', PaxRecord("path", absl::StrCat(path, "l")) +
                           PaxRecord("linkpath", component))
        .Add({.name = "l", .type = '2', .link = "x"});
    absl::StrAppend(&path, component, "/");
  }
  cases.AddTar("levels behind links", levels, kLimit);
  return cases.Take();
}

std::vector<TestArchive> LinkArchives(uint32_t seed) {
  ArchiveCases cases("link", seed);
  const TarMember kFile = {.name = "f", .data = "abc"};
  auto link = [](std::string name, std::string target) -> TarMember {
    return {.name = std::move(name), .type = '2', .link = std::move(target)};
  };
  auto hard = [](std::string name, std::string target) -> TarMember {
    return {.name = std::move(name), .type = '1', .link = std::move(target)};
  };
  cases.AddTar("to a missing entry", One(link("l", "none")), kType);
  cases.AddTar("empty target", One(link("l", "")), kType);
  cases.AddTar("to itself", One(link("l", "l")), kType);
  cases.AddTar("loop", One(link("a", "b")).Add(link("b", "a")), kType);
  cases.AddTar("escaping through another link",
               One({.name = "d/", .type = '5'})
                   .Add(link("d/up", ".."))
                   .Add(link("l", "d/up/../x")),
               kType);
  TarBuilder chain = One(kFile).Add(link("l0", "f"));
  for (int i = 1; i < 9; ++i) {
    chain.Add(link(absl::StrCat("l", i), absl::StrCat("l", i - 1)));
  }
  cases.AddTar("chain of nine", chain, kType);
  cases.AddTar("to a folder, then written through",
               One({.name = "d/", .type = '5'})
                   .Add(link("l", "d"))
                   .Add({.name = "l/x", .data = "x"}),
               kType);
  cases.AddTar("file replaced through a link",
               One({.name = "d/f", .data = "abc"})
                   .Add(link("l", "d"))
                   .Add({.name = "l/f", .data = "x"}),
               kType);
  cases.AddTar("written through before it is there",
               One({.name = "l/x", .data = "x"}).Add(link("l", "d")),
               kDuplicate);
  cases.AddTar("folder replaced by a link",
               One({.name = "d/", .type = '5'}).Add(link("d", "f")).Add(kFile),
               kDuplicate);
  cases.AddTar("link replaced by a file",
               One(kFile).Add(link("l", "f")).Add({.name = "l", .data = "x"}),
               kDuplicate);
  cases.AddTar("hard link to an earlier file", One(kFile).Add(hard("h", "f")),
               kType, "");
  for (const std::string target : {"/etc/passwd", "../x", "none", "h", ""}) {
    cases.AddTar(absl::StrCat("hard link to \"", target, "\""),
                 One(kFile).Add(hard("h", target)), kType);
  }
  cases.AddTar("hard link to a link",
               One(kFile).Add(link("l", "f")).Add(hard("h", "l")), kType);
  cases.AddTar("hard link to a folder",
               One({.name = "d/", .type = '5'}).Add(hard("h", "d")), kType);
  cases.AddTar("hard link to a later file", One(hard("h", "f")).Add(kFile),
               kType);
  cases.AddTar(
      "hard link with data",
      One(kFile).Add({.name = "h", .type = '1', .data = "x", .link = "f"}),
      kType);
  cases.AddTar("hard link, then a file of its name",
               One(kFile).Add(hard("h", "f")).Add({.name = "h", .data = "x"}),
               kType, kDuplicate);
  cases.AddTar(
      "link carrying data",
      One(kFile).Add({.name = "l", .type = '2', .data = "x", .link = "f"}),
      kType);
  return cases.Take();
}

std::vector<TestArchive> TypeArchives(uint32_t seed) {
  ArchiveCases cases("type", seed);
  const std::string hidden =
      TarBuilder().Add({.name = "../hidden", .data = "x"}).Unfinished();
  for (char type : std::string("\0"
                               "3467ADIMNSVX9zZ",
                               16)) {
    const std::string what = type == '\0' ? "NUL" : std::string(1, type);
    cases.AddTar(what, One({.name = "x", .type = type}), kType);
    cases.AddTar(absl::StrCat(what, " with data"),
                 One({.name = "x", .type = type, .data = "abc"}), kType);
    cases.AddTar(absl::StrCat(what, " with an entry in its data"),
                 One({.name = "x", .type = type, .data = hidden}), kType);
  }
  cases.AddTar("folder with data",
               One({.name = "d/", .type = '5', .data = "abc"}), kType);
  cases.AddTar("folder with an entry in its data",
               One({.name = "d/", .type = '5', .data = hidden}), kType);
  cases.AddTar("GNU long name",
               TarBuilder()
                   .Extended('L', std::string(120, 'n') + '\0')
                   .Add({.name = "n", .gnu_magic = true}),
               kType, "");
  return cases.Take();
}

std::vector<TestArchive> ModeArchives(uint32_t seed) {
  ArchiveCases cases("mode", seed);
  for (const std::string mode : {"0004755", "0002755", "0001755"}) {
    cases.AddTar(absl::StrCat("file ", mode), One({.name = "x", .mode = mode}),
                 kMetadata);
  }
  cases.AddTar("set-uid folder",
               One({.name = "d/", .type = '5', .mode = "0004755"}), kMetadata);
  for (const std::string mode : {"0002755", "0001755", "0000777"}) {
    cases.AddTar(absl::StrCat("folder ", mode),
                 One({.name = "d/", .type = '5', .mode = mode}), kMetadata, "");
  }
  for (const std::string mode : {"0000646", "0000664", "0000777"}) {
    cases.AddTar(absl::StrCat("file ", mode), One({.name = "x", .mode = mode}),
                 kMetadata, "");
  }
  for (const std::string key :
       {"SCHILY.xattr.security.capability", "SCHILY.xattr.user.x",
        "SCHILY.acl.access", "SCHILY.fflags", "LIBARCHIVE.xattr.user.x",
        "RHT.security.selinux"}) {
    cases.AddTar(
        key,
        TarBuilder().Extended('x', PaxRecord(key, "\1\2\3")).Add({.name = "x"}),
        kMetadata, "");
  }
  return cases.Take();
}

std::vector<TestArchive> DuplicateArchives(uint32_t seed) {
  ArchiveCases cases("duplicates", seed);
  auto pair = [](std::string a, std::string b) {
    return One({.name = std::move(a), .data = "x"})
        .Add({.name = std::move(b), .data = "x"});
  };
  cases.AddTar("same content", pair("a", "a"), kDuplicate);
  cases.AddTar("other content",
               One({.name = "a", .data = "x"}).Add({.name = "a", .data = "y"}),
               kDuplicate);
  cases.AddTar("folder twice",
               One({.name = "d/", .type = '5'}).Add({.name = "d", .type = '5'}),
               kDuplicate);
  cases.AddTar("through ./", pair("a", "./a"), kName, kDuplicate);
  cases.AddTar("case", pair("README", "readme"), kCollision, "");
  cases.AddTar("case of a folder", pair("Lib/a", "lib/b"), kCollision, "");
  cases.AddTar("full folding", pair("stra\u00dfe", "STRASSE"), kCollision, "");
  cases.AddTar("composed and decomposed", pair("\u00e9", "e\u0301"),
               kCollision);
  cases.AddTar("singleton", pair("\u212b", "\u00c5"), kCollision);
  cases.AddTar("file and folder",
               One({.name = "a", .data = "x"}).Add({.name = "a/", .type = '5'}),
               kDuplicate);
  cases.AddTar("file and a folder that is implied", pair("a/b", "a"),
               kDuplicate);
  cases.AddTar("below a file", pair("a", "a/b"), kDuplicate);
  return cases.Take();
}

}  // namespace provision
