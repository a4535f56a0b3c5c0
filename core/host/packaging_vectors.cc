#include "core/host/packaging_vectors.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/json_util.h"

namespace provision {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

Struct Load(absl::string_view file) {
  const std::string path =
      absl::StrCat("testdata/packaging/test_", file, ".json");
  std::ifstream stream(path, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  Struct vectors;
  const auto status =
      google::protobuf::util::JsonStringToMessage(text.str(), &vectors);
  if (!status.ok()) {
    std::cerr << path << ": " << status.ToString() << "\n";
    std::abort();
  }
  return vectors;
}

std::string Params(const Value& params) {
  if (params.kind_case() == Value::kStringValue) return params.string_value();
  std::vector<std::string> names;
  for (const Value& name : params.list_value().values()) {
    names.push_back(name.string_value());
  }
  return absl::StrJoin(names, ",");
}

}  // namespace

std::vector<Value> PackagingVectorsForTest(absl::string_view file,
                                           absl::string_view test) {
  return PackagingVectorsForTest(file, test, "");
}

std::vector<Value> PackagingVectorsForTest(absl::string_view file,
                                           absl::string_view test,
                                           absl::string_view param) {
  std::vector<Value> found;
  const Struct vectors = Load(file);
  for (const Value& item : vectors.fields().at("cases").list_value().values()) {
    const auto& fields = item.struct_value().fields();
    if (absl::string_view(fields.at("test").string_value()) != test) continue;
    if (!param.empty() &&
        absl::string_view(Params(fields.at("params"))) != param) {
      continue;
    }
    for (const Value& value : fields.at("values").list_value().values()) {
      found.push_back(value);
    }
  }
  if (found.empty()) {
    std::cerr << "no vectors " << test << " " << param << " in " << file
              << "\n";
    std::abort();
  }
  return found;
}

std::string TextAt(const Value& list, int i) {
  return list.list_value().values(i).string_value();
}

int TruthAt(const Value& list, int i) {
  const Value& value = list.list_value().values(i);
  if (value.kind_case() == Value::kNullValue) return -1;
  return value.bool_value() ? 1 : 0;
}

std::vector<std::string> TextsAt(const Value& list, int i) {
  std::vector<std::string> texts;
  for (const Value& value : list.list_value().values(i).list_value().values()) {
    texts.push_back(value.string_value());
  }
  return texts;
}

}  // namespace provision
