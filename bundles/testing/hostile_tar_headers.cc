// Tars whose headers, numbers or ends are wrong.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bundles/testing/archive_cases.h"

namespace provision {
namespace {

constexpr char kTar[] = "archive/tar";
constexpr char kType[] = "archive/type";
constexpr char kLimit[] = "archive/limit";
constexpr char kFilter[] = "archive/filter";

const TarMember kFile = {.name = "f", .data = "abc"};

TarBuilder Pax(absl::string_view records) {
  return TarBuilder().Extended('x', records);
}

}  // namespace

std::vector<TestArchive> HeaderDisagreementArchives(uint32_t seed) {
  ArchiveCases cases("header disagreement", seed);
  const std::string nul("\0", 1);
  for (const std::string size :
       {"0", "2", "4", "512", "99999999999999999999"}) {
    cases.AddTar(absl::StrCat("extended size ", size),
                 Pax(PaxRecord("size", size)).Add(kFile), kTar);
  }
  const std::string hostile = PaxRecord("path", "../x");
  const std::string good = PaxRecord("path", "x");
  cases.AddTar("two paths, hostile first", Pax(hostile + good).Add(kFile),
               kTar);
  cases.AddTar("two paths, hostile last", Pax(good + hostile).Add(kFile), kTar);
  cases.AddTar("two headers",
               Pax(good).Extended('x', PaxRecord("mtime", "1")).Add(kFile),
               kTar);
  cases.AddTar("local, then global",
               Pax(good).Extended('g', PaxRecord("comment", "c")).Add(kFile),
               kTar);
  cases.AddTar("extended and GNU",
               Pax(good).Extended('L', "y" + nul).Add(kFile), kType, kTar);
  cases.AddTar(
      "two GNU names",
      TarBuilder().Extended('L', "x" + nul).Extended('L', "y" + nul).Add(kFile),
      kType, kTar);
  for (const std::string key : {"path", "size", "linkpath"}) {
    cases.AddTar(absl::StrCat("global ", key),
                 TarBuilder().Extended('g', PaxRecord(key, "1")).Add(kFile),
                 kTar);
  }
  const struct {
    std::string what, records;
  } kRecords[] = {
      {"no records", ""},
      {"value cut by the block", "600 path=" + std::string(503, 'a')},
      {"key cut by the block", "520 " + std::string(508, 'k')},
      {"no newline", "9 path=ab"},
      {"no =", "7 path\n"},
      {"length too small", "8 path=x\n"},
      {"length too large", "12 path=x\n"},
      {"length with zero", "09 path=x\n"},
      {"NUL in a key", PaxRecord("pa" + nul + "th", "x")},
      {"NUL in a value", PaxRecord("path", "x" + nul + "y")},
      {"character set", PaxRecord("hdrcharset", "BINARY")},
      {"character set of the data", PaxRecord("charset", "BINARY")},
      {"empty path", PaxRecord("path", "")},
      {"empty link path", PaxRecord("linkpath", "")},
      {"vendor key", PaxRecord("VENDOR.key", "x")},
      {"sparse 0.1 map", PaxRecord("GNU.sparse.map", "0,3,9,9")},
      {"sparse 1.0", PaxRecord("GNU.sparse.major", "1") +
                         PaxRecord("GNU.sparse.minor", "0") +
                         PaxRecord("GNU.sparse.name", "../x") +
                         PaxRecord("GNU.sparse.realsize", "99")},
  };
  for (const auto& r : kRecords) {
    cases.AddTar(r.what, Pax(r.records).Add(kFile), kTar);
  }
  cases.AddTar("larger than 64 KiB",
               Pax(PaxRecord("comment", std::string(65536, 'c'))).Add(kFile),
               kLimit);
  cases.Add("header as last member", Pax(good).Finish(), kTar);
  cases.Add("global header as last member",
            TarBuilder().Extended('g', PaxRecord("comment", "c")).Finish(),
            kTar);
  return cases.Take();
}

std::vector<TestArchive> NumberArchives(uint32_t seed) {
  ArchiveCases cases("numbers", seed);
  auto sized = [](const std::string& size) {
    return TarBuilder().Add({.name = "f", .data = "abc", .size = size});
  };
  cases.AddTar("bad check sum",
               TarBuilder().Add({.name = "f", .check_sum = "012345"}), kTar);
  cases.AddTar("no check sum",
               TarBuilder().Add({.name = "f", .check_sum = "        "}), kTar);
  cases.AddTar("size is not octal", sized("0000000000x"), kTar);
  cases.AddTar("size with 8", sized("00000000008"), kTar);
  cases.AddTar("size is empty", sized(""), kTar);
  cases.AddTar("size has no end", sized("000000000003"), kTar);
  cases.AddTar("base-256 size",
               sized(std::string("\x80\0\0\0\0\0\0\0\0\0\0\3", 12)), kTar);
  cases.AddTar("negative base-256 size", sized(std::string(12, '\xff')), kTar);
  cases.AddTar("huge base-256 size", sized("\x80" + std::string(11, '\x7f')),
               kTar);
  cases.AddTar("huge size", sized("77777777777"), kLimit);
  cases.AddTar("size beyond the end", sized("00000100000"), kTar);
  cases.AddTar(
      "huge long name",
      TarBuilder().Add(
          {.name = "././@LongLink", .type = 'L', .size = "77777777777"}),
      kType, kLimit);
  cases.AddTar("long name without NUL",
               TarBuilder().Extended('L', "name").Add(kFile), kType, kTar);
  cases.AddTar("long name with two",
               TarBuilder().Extended('L', std::string("a\0b\0", 4)).Add(kFile),
               kType, kTar);
  cases.AddTar(
      "sparse map overflow",
      Pax(PaxRecord("GNU.sparse.numblocks", "9223372036854775807")).Add(kFile),
      kTar);
  TarMember sparse = {.name = "s", .type = 'S', .data = "abc"};
  sparse.gnu_magic = true;
  sparse.prefix = std::string(41, '\0') + std::string(24, '7');
  cases.AddTar("old GNU sparse", TarBuilder().Add(sparse), kType);
  TarMember incremental = kFile;
  incremental.gnu_magic = true;
  incremental.prefix = "14000000000";
  cases.AddTar("GNU access time", TarBuilder().Add(incremental), kTar);
  return cases.Take();
}

std::vector<TestArchive> EndArchives(uint32_t seed) {
  ArchiveCases cases("end", seed);
  const std::string member =
      TarBuilder()
          .Add({.name = "f", .data = std::string(700 + seed, 'f')})
          .Unfinished();
  const std::string whole = cases.Surrounded(member).Finish();
  for (size_t size : {1, 100, 511}) {
    cases.Add(absl::StrCat("cut at ", size), whole.substr(0, size), kFilter);
  }
  for (size_t size :
       {size_t{512}, size_t{513}, size_t{600}, whole.size() / 2,
        whole.size() - 1025, whole.size() - 1024, whole.size() - 1023,
        whole.size() - 513, whole.size() - 512, whole.size() - 1}) {
    cases.Add(absl::StrCat("cut at ", size), whole.substr(0, size), kTar);
  }
  cases.Add("garbage after", whole + "garbage", kTar);
  cases.Add("block of garbage after", whole + std::string(512, 'g'), kTar);
  cases.Add("archive after archive", whole + whole, kTar);
  cases.Add("zero block in the middle", member + std::string(512, '\0') + whole,
            kTar);
  cases.Add("hidden after the end",
            whole + std::string(9216, '\0') +
                TarBuilder().Add({.name = "../x"}).Finish(),
            kTar);
  cases.Add("one zero block only", std::string(512, '\0'), kTar);
  return cases.Take();
}

}  // namespace provision
