#include "plugins/python_packages/fake_environment.h"

#include "absl/strings/str_cat.h"
#include "plugins/python_packages/interpreter_scripts.h"

namespace provision {
namespace {

constexpr char kDescription[] = R"json({"markers": {
  "implementation_name": "cpython", "implementation_version": "3.11.7",
  "os_name": "posix", "platform_machine": "x86_64",
  "platform_python_implementation": "CPython",
  "platform_release": "6.1.0", "platform_system": "Linux",
  "platform_version": "#1 SMP", "python_full_version": "3.11.7",
  "python_version": "3.11", "sys_platform": "linux"},
  "platlib": "/plan/.venv/lib/python3.11/site-packages",
  "purelib": "/plan/.venv/lib/python3.11/site-packages",
  "virtual": true}
)json";

}  // namespace

FakeEnvironment::FakeEnvironment() {
  facts_.AddHost(1000, "/home/ada");
  facts_.AddVariable("PATH", "/usr/bin:/bin");
  facts_.AddDirectory(kPath, 0777);  // its owner is root, its user is ada
  facts_.AddFile(absl::StrCat(kPath, "/pyvenv.cfg"),
                 "home = /opt/python/bin\nversion = 3.11.7\n");
  facts_.AddCommand({absl::StrCat(kPath, "/bin/python"), "-I", "-B", "-c",
                     kDescribeInterpreterScript},
                    kDescription);
}

void FakeEnvironment::AddFile(const std::string& path,
                              const std::string& content) {
  FactValue::Entry& entry = entries_[path];
  entry.set_name(path);
  entry.set_type(PathState::FILE);
  entry.set_size(content.size());
  facts_.AddFile(absl::StrCat(kPath, "/", path), content);
}

void FakeEnvironment::AddLink(const std::string& path,
                              const std::string& target) {
  FactValue::Entry& entry = entries_[path];
  entry.set_name(path);
  entry.set_type(PathState::SYMLINK);
  entry.set_target(target);
}

void FakeEnvironment::ResizeFile(const std::string& path, uint64_t size) {
  entries_.at(path).set_size(size);
}

void FakeEnvironment::AddDistribution(
    const std::string& name, const std::string& version,
    const std::vector<std::string>& requires_distributions,
    const std::string& direct_url) {
  const std::string info =
      absl::StrCat(kSite, "/", name, "-", version, ".dist-info/");
  std::string metadata = absl::StrCat("Metadata-Version: 2.1\nName: ", name,
                                      "\nVersion: ", version, "\n");
  for (const std::string& requirement : requires_distributions) {
    absl::StrAppend(&metadata, "Requires-Dist: ", requirement, "\n");
  }
  absl::StrAppend(&metadata, "\nName: not a header\n");
  AddFile(info + "METADATA", metadata);
  AddFile(absl::StrCat(kSite, "/", name, "/__init__.py"), "x = 1\n");
  AddRecord(name, version, absl::StrCat(name, "/__init__.py,sha256=a,6"));
  AddRecord(name, version,
            absl::StrCat(name, "/__pycache__/__init__.cpython-311.pyc,,"));
  AddRecord(name, version,
            absl::StrCat(name, "-", version, ".dist-info/METADATA,sha256=b,",
                         metadata.size()));
  AddFile(info + "INSTALLER", "pip\n");
  AddRecord(
      name, version,
      absl::StrCat(name, "-", version, ".dist-info/INSTALLER,sha256=c,4"));
  AddRecord(name, version,
            absl::StrCat(name, "-", version, ".dist-info/RECORD,,"));
  if (!direct_url.empty()) AddFile(info + "direct_url.json", direct_url);
}

void FakeEnvironment::AddRecord(const std::string& name,
                                const std::string& version,
                                const std::string& line) {
  absl::StrAppend(&records_[absl::StrCat(kSite, "/", name, "-", version,
                                         ".dist-info/RECORD")],
                  line, "\n");
}

void FakeEnvironment::AddProgram(const std::string& path,
                                 const std::vector<std::string>& ask,
                                 const std::string& output, int status) {
  facts_.AddFile(path, "#!", 0755);
  std::vector<std::string> argv = {path};
  argv.insert(argv.end(), ask.begin(), ask.end());
  facts_.AddCommand(argv, output, status);
}

void FakeEnvironment::AddUv() {
  AddProgram("/usr/bin/uv", {"--version"}, "uv 0.12.5 (x86_64)\n");
}

void FakeEnvironment::AddPip(const std::vector<std::string>& argv,
                             const std::string& version,
                             const std::string& location) {
  const std::string answer =
      absl::StrCat("pip ", version, " from ", location, " (python 3.11)\n");
  std::vector<std::string> ask(argv.begin() + 1, argv.end());
  ask.push_back("--version");
  AddProgram(argv[0], ask, answer);
  const std::string runner = location + "/__pip-runner__.py";
  facts_.AddFile(runner, "");
  facts_.AddCommand({absl::StrCat(kPath, "/bin/python"), runner, "--version"},
                    answer);
}

void FakeEnvironment::AddBasePip() {
  AddPip({"/opt/python/bin/python3.11", "-m", "pip"}, "24.2",
         "/opt/python/lib/python3.11/site-packages/pip");
}

void FakeEnvironment::Finish() {
  for (const auto& [path, text] : records_) AddFile(path, text);
  FactQuery query;
  query.mutable_listing()->set_path(kPath);
  query.mutable_listing()->set_recursive(true);
  FactValue value;
  value.mutable_listing();
  for (const auto& [path, entry] : entries_) {
    *value.mutable_listing()->add_entry() = entry;
  }
  facts_.Add(query, value);
}

}  // namespace provision
