#!/bin/bash
# What kill_at counts, whom it kills, and what it returns.
set -u
kill_at=$PWD/$1
cd "$TEST_TMPDIR" || exit 1
failures=0

expect() { # what, wanted, found
  [ "$2" = "$3" ] && return
  echo "FAILED: $1: wanted $2, found $3"
  failures=$((failures + 1))
}

# The program begins and makes two files; a child begins and makes one.
script=': >a; : >b; /bin/sh -c ": >c"; exit 3'
"$kill_at" count 0 own /bin/sh -c "$script"
expect "its code" 3 $?
expect "own calls" 3 "$(cat count)"
"$kill_at" count 0 tree /bin/sh -c "$script"
expect "calls of all" 5 "$(cat count)"

made() {
  local found
  found=$(echo [abc])
  echo "${found#"[abc]"}"
}
before=("" "" "a" "a b" "a b")
for n in 1 2 3 4 5; do
  rm -f a b c
  "$kill_at" count $n tree /bin/sh -c "$script"
  expect "killed before call $n" 137 $?
  expect "made before call $n" "${before[n - 1]}" "$(made)"
done
"$kill_at" count 6 tree /bin/sh -c "$script"
expect "there is no sixth" 3 $?

# A child of a killed process ends as it would; it is waited for.
rm -f a b
"$kill_at" count 2 own /bin/sh -c '(echo b | cat >b; exec true) & read -r line; echo a >a' < <(:)
expect "the process was killed" 137 $?
expect "not its child" b "$(cat b)"
[ -e a ] && expect "before its call" "no a" "a"

"$kill_at" count 1 nobody true 2>/dev/null
expect "usage" 64 $?
[ "$failures" = 0 ] && echo PASSED
exit "$failures"
