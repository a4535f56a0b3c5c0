#ifndef PROVISION_PLUGINS_PYTHON_PACKAGES_FAKE_ENVIRONMENT_H_
#define PROVISION_PLUGINS_PYTHON_PACKAGES_FAKE_ENVIRONMENT_H_

#include <map>
#include <string>
#include <vector>

#include "core/testing/fake_facts.h"

namespace provision {

// For tests: the facts of a host with the environment /plan/.venv of CPython
// 3.11.7 on Linux, whose user's home is /home/ada.
//
//   FakeEnvironment host;
//   host.AddDistribution("numpy", "2.1.0");
//   host.Finish();
//   Facts facts(host.facts(), GoldenScope());
class FakeEnvironment {
 public:
  static constexpr char kPath[] = "/plan/.venv";
  static constexpr char kSite[] = "lib/python3.11/site-packages";

  FakeEnvironment();

  FakeFacts& facts() { return facts_; }

  // With `NAME/__init__.py`, in a wheel's layout. `requires_distributions` are
  // lines of its metadata.
  void AddDistribution(
      const std::string& name, const std::string& version,
      const std::vector<std::string>& requires_distributions = {},
      const std::string& direct_url = "");
  // A file below the environment, by its path in it.
  void AddFile(const std::string& path, const std::string& content);
  void AddLink(const std::string& path, const std::string& target);
  void RemoveFile(const std::string& path) { entries_.erase(path); }
  void ResizeFile(const std::string& path, uint64_t size);
  // Appends a line to the RECORD of a distribution.
  void AddRecord(const std::string& name, const std::string& version,
                 const std::string& line);

  // A program that answers `--version`.
  void AddProgram(const std::string& path, const std::vector<std::string>& ask,
                  const std::string& output, int status = 0);
  // uv 0.12.5 at /usr/bin/uv.
  void AddUv();
  // A pip that is started by `argv` and is in the folder `location`.
  void AddPip(const std::vector<std::string>& argv, const std::string& version,
              const std::string& location);
  // pip 24.2 beside the base interpreter, /opt/python/bin/python3.11.
  void AddBasePip();

  // Puts what was added into the facts.
  void Finish();

 private:
  FakeFacts facts_;
  std::map<std::string, FactValue::Entry> entries_;
  std::map<std::string, std::string> records_;  // by path
};

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_PACKAGES_FAKE_ENVIRONMENT_H_
