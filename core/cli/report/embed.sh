#!/bin/sh
# The source of page_files.h: the files given, each as a function, on standard output.
set -eu

echo '#include "core/cli/report/page_files.h"'
echo 'namespace provision {'
while [ $# -gt 0 ]; do
  echo "absl::string_view $1() {"
  printf '  return R"~~~~('
  cat "$2"
  printf ')~~~~";\n}\n'
  shift 2
done
echo '}'
