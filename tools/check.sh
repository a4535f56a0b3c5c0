#!/bin/bash
# The presubmit, and what CI runs. `--quick` stops after the tests; `--full` adds what takes long.
# Prints a line per check, the words of those that failed, and the count. Exit: 0, or 1 if a check failed.
set -uo pipefail
cd "$(dirname "$(dirname "$(readlink -f "$0")")")" || exit 1

extent=usual
case "$*" in
  "") ;;
  --quick) extent=quick ;;
  --full) extent=full ;;
  *)
    echo "usage: tools/check.sh [--quick|--full]" >&2
    exit 64
    ;;
esac

passed=0
failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

check() { # name, command...
  local name=$1 begin=$SECONDS
  shift
  if "$@" </dev/null >"$log" 2>&1; then
    passed=$((passed + 1))
    echo "ok      $name ($((SECONDS - begin)) s)"
  else
    failed=$((failed + 1))
    echo "FAILED  $name ($((SECONDS - begin)) s)"
    sed 's/^/    /' "$log"
  fi
}

finish() {
  check "tree is as it was" test "$tree" = "$(tree)"
  echo "checks: $passed passed, $failed failed"
  [ "$failed" = 0 ]
  exit
}

# What git sees of the folder. Goldens that a run rewrote show here.
tree() {
  git status --porcelain
  git diff | sha256sum
}

bazel_quietly() { # verb, arguments of bazel...
  local verb=$1
  shift
  bazel "$verb" --keep_going --noshow_progress --show_result=0 "$@"
}

format_cc() { git ls-files '*.cc' '*.h' | xargs -r clang-format --dry-run -Werror; }
format_build() { git ls-files 'BUILD' '*/BUILD' ':!tools/bazel' | xargs -r tools/check/build_files.py; }
error_ids() {
  git ls-files 'core/*.cc' 'core/*.h' 'bundles/*.cc' 'bundles/*.h' \
    'plugins/*.cc' 'plugins/*.proto' ':!plugins/builtin' ':!*_test.cc' ':!core/testing' |
    xargs -r tools/check/error_ids.py
}
source_rules() { git ls-files | xargs -r tools/check/sources.py; }

none() { # what, query
  local found
  found=$(bazel query --noimplicit_deps --noshow_progress "$2") || return
  [ -z "$found" ] && return
  echo "$1:"
  echo "$found"
  return 1
}
core_names_no_plugin() {
  none "core depends on a provisioner" 'somepath(//core/..., //plugins/...)'
}
plugins_are_apart() {
  local plugin
  for plugin in $(git ls-files 'plugins/*/BUILD' | cut -d/ -f2 | grep -vx builtin); do
    none "$plugin depends on another provisioner" \
      "deps(//plugins/$plugin/...) intersect (//plugins/... except //plugins/$plugin/...)" || return
  done
}
headers_alone() {
  local generated
  generated=$(bazel info bazel-bin 2>/dev/null) || return
  git ls-files '*.h' ':!tools' | xargs -r tools/check/lone_headers.py |
    xargs -r --max-procs=2 --max-args=1 \
      g++ -std=c++20 -Wall -Wextra -Werror -fsyntax-only -iquote . -iquote "$generated" -x c++
}

# The checks of .clang-tidy. By file, so that two processors have work.
tidy() {
  local generated
  generated=$(bazel info bazel-bin 2>/dev/null) || return
  git ls-files 'core/*.cc' 'plugins/*.cc' 'bundles/*.cc' 'tools/*.cc' ':!*_test.cc' ':!tools/bazel' |
    xargs -r --max-procs=2 -I{} clang-tidy --quiet {} -- \
      -std=c++20 -iquote . -iquote "$generated" -isystem /usr/include/android
}

shipped() { bazel query --noshow_progress 'kind("cc_(library|binary)", //core/... + //bundles/... + //plugins/...)
  except attr(testonly, 1, //...)' 2>/dev/null; }
READERS="//bundles/... //core/journal:journal_reader_test //core/journal:run_history_test //core/plan/...
  //core/host:python_requirement_test //core/host:python_marker_test //core/host:python_version_test
  //core/host:requirements_file_test"
THREADED="//core/engine:scheduler_test //core/engine:event_stream_test //core/engine:apply_test //core/engine:named_mutexes_test
  //core/engine:action_sequence_test //core/actions:download_slots_test
  //core/journal:journal_writer_test //core/facts:caching_facts_test //core/base:stop_requests_test"

tree=$(tree)
check "setup" tools/setup --check
check "format of C++" format_cc
check "format of BUILD files" format_build
check "rules on sources" source_rules
check "error ids" error_ids
check "core names no provisioner" core_names_no_plugin
check "provisioners are apart" plugins_are_apart
check "build and test, gcc" bazel_quietly test //...
[ "$extent" = quick ] && finish

check "headers alone" headers_alone
if [ "$extent" = full ]; then
  check "lint, clang" bazel_quietly build --config=lint //...
  check "clang-tidy" tidy
  check "asan" bazel_quietly test --config=asan //...
  check "tsan" bazel_quietly test --config=tsan //...
  finish
fi
# Within an hour on two cores: what is shipped is linted, what reads foreign bytes runs under asan, what
# has threads under tsan.
check "lint, clang" bazel_quietly build --config=lint $(shipped)
check "asan" bazel_quietly test --config=asan $READERS
check "tsan" bazel_quietly test --config=tsan $THREADED
finish
