// Zips, and the controls of both formats.

#include "absl/strings/str_cat.h"
#include "bundles/testing/archive_cases.h"
#include "bundles/testing/compress.h"
#include "bundles/testing/zip_builder.h"

namespace provision {
namespace {

constexpr char kZip[] = "archive/zip";
constexpr char kName[] = "archive/name";
constexpr char kType[] = "archive/type";
constexpr char kDuplicate[] = "archive/duplicate";
constexpr char kMetadata[] = "archive/metadata";
constexpr uint32_t kFolder = uint32_t{0040755} << 16;

class ZipCases : public ArchiveCases {
 public:
  using ArchiveCases::ArchiveCases;

  // A zip of this member, harmless ones before it as the seed says.
  void AddMember(absl::string_view name, const ZipSpec& spec,
                 absl::string_view strict, absl::string_view upstream) {
    Add(name, Before().Add(spec).Finish(), strict, upstream);
  }
  void AddMember(absl::string_view name, const ZipSpec& spec,
                 absl::string_view id) {
    AddMember(name, spec, id, id);
  }

  ZipBuilder Before() const {
    ZipBuilder zip;
    for (uint32_t i = 0; i < seed() % 3; ++i) {
      zip.Add({.name = absl::StrCat("before", i), .data = "harmless"});
    }
    return zip;
  }
};

void AddDisagreements(ZipCases& cases) {
  const std::string text = "some text";
  cases.AddMember(
      "names differ",
      {.name = "a", .data = text, .local_name = std::string("../b")}, kZip);
  cases.AddMember("flags differ", {.name = "a", .data = text, .local_flags = 2},
                  kZip);
  cases.AddMember("methods differ",
                  {.name = "a", .data = text, .local_method = 8}, kZip);
  cases.AddMember("CRCs differ", {.name = "a", .data = text, .local_crc = 1},
                  kZip);
  cases.AddMember("sizes differ", {.name = "a", .data = text, .local_size = 1},
                  kZip);
  cases.AddMember("packed sizes differ",
                  {.name = "a", .data = text, .local_packed_size = 1}, kZip);
  cases.AddMember("bad CRC", {.name = "a", .data = text, .crc = 1}, kZip);
  cases.AddMember("stored sizes differ", {.name = "a", .data = text, .size = 8},
                  kZip);
  for (uint32_t method : {8, 93}) {
    for (uint32_t size : {8, 10, 0}) {
      cases.AddMember(
          absl::StrCat("method ", method, " with size ", size),
          {.name = "a", .data = text, .method = method, .size = size}, kZip);
    }
    cases.AddMember(absl::StrCat("method ", method, " with junk"),
                    {.name = "a",
                     .data = text,
                     .method = method,
                     .packed = std::string("junk")},
                    kZip);
  }
  cases.AddMember("bytes after deflate",
                  {.name = "a",
                   .data = text,
                   .method = 8,
                   .packed = DeflateForTest(text) + "x"},
                  kZip);
}

void AddDescriptors(ZipCases& cases) {
  const std::string text = "some text";
  const std::string zeros =
      ZipExtraField(1, LittleEndianForTest(0, 8) + LittleEndianForTest(0, 8));
  const uint32_t crc = Crc32ForTest(text);
  for (size_t width : {4, 8}) {
    for (const std::string sign : {"", "PK\7\x08"}) {
      for (int wrong = 0; wrong < 3; ++wrong) {
        const std::string descriptor =
            absl::StrCat(sign, LittleEndianForTest(crc + (wrong == 0), 4),
                         LittleEndianForTest(9 + (wrong == 1), width),
                         LittleEndianForTest(9 + (wrong == 2), width));
        cases.AddMember(
            absl::StrCat("descriptor of ", width * 8, " bits",
                         sign.empty() ? "" : ", signed", ", wrong ", wrong),
            {.name = "a",
             .data = text,
             .descriptor = ZipDescriptor::kPlain,
             .local_extra = width == 8 ? zeros : "",
             .descriptor_bytes = descriptor},
            kZip);
      }
    }
  }
  cases.AddMember("descriptor missing", {.name = "a", .data = text, .flags = 8},
                  kZip);
}

void AddStructure(ZipCases& cases) {
  const ZipBuilder a = cases.Before().Add({.name = "a", .data = "abc"});
  const std::string good = a.Finish();
  cases.Add("entry missing from the directory",
            ZipBuilder(a).Add({.name = "b", .is_in_directory = false}).Finish(),
            kZip);
  cases.Add("entry in the directory only",
            ZipBuilder(a).Add({.name = "b", .has_local = false}).Finish(),
            kZip);
  cases.Add("prefix", "#!/bin/sh\n" + good, kZip);
  cases.Add("suffix", good + "x", kZip);
  cases.Add("second end record", good + ZipBuilder().Finish(), kZip);
  cases.Add("end record in the comment",
            a.Finish({.comment = ZipBuilder().Finish()}), kZip);
  cases.Add("comment with control characters", a.Finish({.comment = "\x1b[2J"}),
            kZip);
  cases.Add("count too small", a.Finish({.members = 0}), kZip);
  cases.Add("count too large", a.Finish({.members = 9}), kZip);
  cases.Add("two counts", a.Finish({.members_here = 9}), kZip);
  cases.Add("directory elsewhere", a.Finish({.directory_offset = 1}), kZip);
  cases.Add("directory size", a.Finish({.directory_size = 1}), kZip);
  cases.Add("several disks", a.Finish({.disk = 1}), kZip);
  cases.Add("gap before the directory", a.Finish({.before_directory = "gap"}),
            kZip);
  cases.Add("gap before the end", a.Finish({.before_end = "gap"}), kZip);
  cases.Add("gap between members",
            ZipBuilder(a).Raw("gap").Add({.name = "b"}).Finish(), kZip);
  cases.Add("members that overlap",
            ZipBuilder(a)
                .Add({.name = "b", .offset = a.size() - 34, .has_local = false})
                .Finish(),
            kZip);
  const std::string hidden = "PK\3\4" + std::string(26, '\0');
  cases.Add("member inside a member",
            cases.Before()
                .Add({.name = "a", .data = hidden})
                .Add({.name = "",
                      .offset = cases.Before().size() + 31,
                      .has_local = false})
                .Finish(),
            kName);
  cases.Add("long end record contradicts", a.Finish64(false, 1), kZip);
  cases.Add("long end record missing",
            a.Finish({.members = 0xffff, .directory_offset = 0xffffffff}),
            kZip);
}

void AddMembers(ZipCases& cases) {
  cases.AddMember(
      "Unicode name that differs",
      {.name = "a",
       .extra = ZipExtraField(0x7075, "\1" + std::string(4, 'c') + "../b")},
      kZip);
  cases.AddMember(
      "Unicode name that differs before the data",
      {.name = "a",
       .local_extra = ZipExtraField(0x7075, "\1" + std::string(4, 'c') + "b")},
      kZip);
  cases.AddMember("short extra field", {.name = "a", .extra = "\1\2\3"}, kZip);
  cases.AddMember("extra field too long",
                  {.name = "a", .extra = std::string("\x55\x54\x09\0a", 5)},
                  kZip);
  cases.AddMember("64-bit values too few",
                  {.name = "a", .extra = ZipExtraField(1, "1234")}, kZip);
  cases.AddMember("encrypted", {.name = "a", .data = "x", .flags = 1}, kZip);
  cases.AddMember("unknown flag", {.name = "a", .flags = 1 << 4}, kZip);
  cases.AddMember("masked headers", {.name = "a", .flags = 1 << 13}, kZip);
  cases.AddMember("bzip2", {.name = "a", .method = 12}, kZip);
  cases.AddMember("bytes that no encoding is said for", {.name = "\xe9"}, kZip);
  cases.AddMember("link",
                  {.name = "l",
                   .data = "/etc/passwd",
                   .attributes = uint32_t{0120777} << 16},
                  kType);
  cases.AddMember(
      "link inside",
      {.name = "l", .data = "a", .attributes = uint32_t{0120777} << 16}, kType);
  cases.AddMember("device",
                  {.name = "d", .attributes = uint32_t{0020666} << 16}, kType);
  cases.AddMember("folder with data",
                  {.name = "d/", .data = "x", .attributes = kFolder}, kType);
  cases.AddMember("set-uid",
                  {.name = "a", .attributes = uint32_t{0104755} << 16},
                  kMetadata);
  cases.AddMember("writable by all",
                  {.name = "a", .attributes = uint32_t{0100777} << 16},
                  kMetadata, "");
  for (const std::string name : {"../x", "/x", "a/../x", "a//x", "./x", ".", "",
                                 "a\\x", "C:/x", "a\nb"}) {
    cases.AddMember(absl::StrCat("name ", name), {.name = name}, kName);
  }
  cases.AddMember("NUL in the name", {.name = std::string("a\0.txt", 6)},
                  kName);
  cases.Add("duplicate",
            cases.Before()
                .Add({.name = "a", .data = "x"})
                .Add({.name = "a", .data = "y"})
                .Finish(),
            kDuplicate);
  cases.Add(
      "case",
      cases.Before().Add({.name = "README"}).Add({.name = "readme"}).Finish(),
      "archive/collision", "");
  cases.Add("below a file",
            cases.Before().Add({.name = "a"}).Add({.name = "a/b"}).Finish(),
            kDuplicate);
  cases.Add("file and folder",
            cases.Before()
                .Add({.name = "a"})
                .Add({.name = "a/", .attributes = kFolder})
                .Finish(),
            kDuplicate);
  cases.Add(
      "bomb",
      cases.Before()
          .Add({.name = "a", .data = std::string(64 << 20, '\0'), .method = 8})
          .Finish(),
      "archive/limit");
}

void AddTarControls(ArchiveCases& cases) {
  const TarMember kFile = {.name = "f", .data = "abc"};
  auto pax = [](absl::string_view records) {
    return TarBuilder().Extended('x', records);
  };
  cases.AddTar("plain", TarBuilder().Add(kFile), "");
  cases.AddTar(
      "GNU magic",
      TarBuilder().Add({.name = "f", .data = "abc", .gnu_magic = true}), "");
  cases.Add("empty", TarBuilder().Finish(), "");
  cases.AddTar("name of 121 bytes",
               TarBuilder().Add({.name = std::string(60, 'n'),
                                 .prefix = std::string(60, 'p')}),
               "");
  cases.AddTar(
      "link inside",
      TarBuilder().Add(kFile).Add({.name = "d/l", .type = '2', .link = "../f"}),
      "");
  cases.AddTar("link to a folder that is implied",
               TarBuilder()
                   .Add({.name = "l", .type = '2', .link = "d"})
                   .Add({.name = "d/x", .data = "x"}),
               "");
  cases.AddTar("dots", TarBuilder().Add({.name = "..."}), "");
  cases.AddTar("harmless global header",
               TarBuilder()
                   .Extended('g', PaxRecord("comment", std::string(40, 'a')))
                   .Add(kFile),
               "");
  cases.AddTar("extended path over a name",
               pax(PaxRecord("path", "real")).Add({.name = "../fixed"}), "");
  cases.AddTar("extended path over an empty name",
               pax(PaxRecord("path", "real")).Add({.name = ""}), "");
  cases.AddTar("negative time", pax(PaxRecord("mtime", "-1.5")).Add(kFile), "");
  TarMember early = kFile;
  early.mtime = std::string(12, '\xff');
  cases.AddTar("negative time in the header", TarBuilder().Add(early), "");
  TarMember late = kFile;
  late.mtime = std::string("\x80\0\0\0\0\0\0\x0f\0\0\0\0", 12);
  late.uid = "7777777";
  cases.AddTar("far future, foreign owner", TarBuilder().Add(late), "");
  cases.AddTar("leading dash", TarBuilder().Add({.name = "-rf"}), "");
  cases.AddTar("device name of Windows", TarBuilder().Add({.name = "CON"}), "");
  cases.AddTar("decomposed name", pax(PaxRecord("path", "e\u0301")).Add(kFile),
               "");
}

void AddZipControls(ZipCases& cases) {
  cases.AddMember("zip, stored", {.name = "a", .data = "abc"}, "");
  cases.AddMember("zip, deflate", {.name = "a", .data = "abc", .method = 8},
                  "");
  cases.AddMember("zip, zstd", {.name = "a", .data = "abc", .method = 93}, "");
  cases.Add("zip with a comment",
            cases.Before().Add({.name = "a"}).Finish({.comment = "hello"}), "");
  for (ZipDescriptor form : {ZipDescriptor::kPlain, ZipDescriptor::kSigned}) {
    cases.AddMember(
        "zip with a descriptor",
        {.name = "a", .data = "abc", .method = 8, .descriptor = form}, "");
  }
  cases.AddMember("zip with a folder",
                  {.name = "d/", .attributes = kFolder | 0x10}, "");
  cases.AddMember(
      "zip in a zip",
      {.name = "a.zip", .data = ZipBuilder().Add({.name = "../x"}).Finish()},
      "");
  cases.Add("empty zip", ZipBuilder().Finish(), "");
  const std::string three =
      ZipExtraField(1, LittleEndianForTest(3, 8) + LittleEndianForTest(3, 8));
  cases.Add("zip, 64-bit end that repeats",
            cases.Before().Add({.name = "a"}).Finish64(false), kZip, "");
  cases.AddMember("zip, 64-bit sizes that repeat",
                  {.name = "a", .data = "abc", .extra = three}, kZip, "");
  if (cases.seed() != 0) return;
  ZipBuilder many;
  for (int i = 0; i < 65536; ++i) many.Add({.name = absl::StrCat("f", i)});
  cases.Add("zip, 64-bit end that is needed", many.Finish64(true), "");
}

}  // namespace

std::vector<TestArchive> ZipArchives(uint32_t seed) {
  ZipCases cases("zip", seed);
  AddDisagreements(cases);
  AddDescriptors(cases);
  AddStructure(cases);
  AddMembers(cases);
  return cases.Take();
}

std::vector<TestArchive> ControlArchives(uint32_t seed) {
  ZipCases cases("controls", seed);
  AddTarControls(cases);
  AddZipControls(cases);
  return cases.Take();
}

std::vector<TestArchive> AllTestArchives(uint32_t seed) {
  std::vector<TestArchive> all;
  for (auto make : {TraversalArchives, HostileNameArchives, LinkArchives,
                    TypeArchives, ModeArchives, HeaderDisagreementArchives,
                    NumberArchives, DuplicateArchives, EndArchives,
                    CompressionArchives, ZipArchives, ControlArchives}) {
    for (TestArchive& archive : make(seed)) all.push_back(std::move(archive));
  }
  return all;
}

}  // namespace provision
