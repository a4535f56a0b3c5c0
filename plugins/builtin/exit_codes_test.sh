#!/bin/bash
# Each exit code of reliability.md 16 by the real program.
set -u
# Where any user may enter, unlike the folders of a build by root.
work=$(mktemp -d /tmp/exit_codes.XXXXXX)
trap 'rm -rf "$work"' EXIT
chmod 0755 "$work"
provision=$work/provision
cp "$1" "$provision"
cd "$work" || exit 1
failures=0
skipped=

run() { # words of the command line
  "$provision" "$@" --state-dir "$work/state" --store "$work/store" >out 2>err
}

expect() { # code, what
  local code=$?
  if [ "$code" != "$1" ]; then
    echo "FAILED: $2: expected exit $1, got $code"
    cat out err
    failures=$((failures + 1))
  fi
}

said() { # words that the output or the error must hold
  if ! grep --quiet --fixed-strings -- "$1" out err; then
    echo "FAILED: nobody said: $1"
    cat out err
    failures=$((failures + 1))
  fi
}

cannot() { # case, why: told as a skip, which docs/skips.md has to allow
  echo "SKIPPED: $1: $2"
  skipped="$skipped<testcase name=\"$1\" classname=\"ExitCodesTest\" result=\"skipped\"><skipped message=\"$2\"/></testcase>"
}

finish() {
  local verdict=
  [ "$failures" = 0 ] || verdict="<failure message=\"$failures codes are wrong\"/>"
  [ -z "${XML_OUTPUT_FILE:-}" ] ||
    echo "<testsuites><testsuite name=\"ExitCodesTest\"><testcase name=\"EachIsMade\" classname=\"ExitCodesTest\"" \
      "result=\"completed\">$verdict</testcase>$skipped</testsuite></testsuites>" >"$XML_OUTPUT_FILE"
  exit $((failures > 0))
}

plan() { # name, steps
  printf 'name: "%s"\n%s\n' "$1" "$2" >"$1.textproto"
}

mkfifo started
waits='argv: "/bin/sh" argv: "-c" argv: "echo > started; exec sleep 600"'
# `apply` may only go on when no child of the killed run is left.
apply_when_free() { # plan, further words
  local code
  while :; do
    run apply "$@"
    code=$?
    [ "$code" = 5 ] || return "$code"
  done
}

plan files 'step { name: "a" [provision.files] { file { path: "a" content: "A" } } }'
run plan files.textproto
expect 2 "changes are pending"
run apply files.textproto
expect 0 "converges"
run apply files.textproto
expect 0 "again"
said "nothing to do"
run plan files.textproto
expect 0 "nothing is pending"

plan none 'step { name: "a" [provision.files] { file { path: "b" source: "missing" } } }'
run apply none.textproto
expect 1 "nothing was begun"

plan stops 'step { name: "a" [provision.files] { file { path: "c" content: "C" } } }
step { name: "b" after: "a" [provision.command] { argv: "/bin/false" } }'
run apply stops.textproto
expect 3 "a later step fails"
said "Exit 3"

plan doubt "step { name: \"a\" [provision.command] { $waits class: UNSAFE_TO_REPEAT } }"
run apply doubt.textproto &
read -r <started
pkill -KILL -P $! -x provision
wait $!
apply_when_free doubt.textproto
expect 4 "nobody knows how it ended"
said "assume-done"
run status
expect 4 "status says so"
run apply doubt.textproto --assume-done a
expect 0 "the user decides"

plan once "step { name: \"a\" [provision.command] { $waits } }"
run apply once.textproto &
read -r <started
"$provision" apply files.textproto --state-dir "$work/state" --store "$work/store" >out2 2>err2
code=$?
cp out2 out && cp err2 err
(exit $code)
expect 5 "another run is active"
pkill -INT -P $! -x provision
pkill -INT -P $! -x provision
wait $!
expect 6 "interrupted twice"

plan root 'step { name: "a" [provision.files] { file { path: "/etc/provision-test" content: "x" } } }'
as_user=
[ "$(id -u)" != 0 ] || as_user="setpriv --reuid=65534 --regid=65534 --clear-groups"
mkdir -m 0777 user
# Unquoted on purpose: a command and its words, or nothing.
$as_user "$provision" apply root.textproto --state-dir "$work/user/state" --store "$work/user/store" >out 2>err
expect 7 "it needs root"
said "root-part.plan"

# A kernel parameter that counts from the next boot on: the file `booted` stands
# for what the new kernel would show.
plan kernel "step { name: \"kernel\" [provision.command] {
  argv: \"/bin/sh\" argv: \"-c\" argv: \"echo x >> configured\"
  unless { argv: \"test\" argv: \"-e\" argv: \"$work/booted\" } reboot_after: true } }
step { name: \"driver\" after: \"kernel\" [provision.command] {
  argv: \"/bin/sh\" argv: \"-c\" argv: \"cat configured > driver\" } }"
runs_of_kernel() { # number, what
  if [ "$(wc -l <configured)" != "$1" ] || [ "$2" = held ] && [ -e driver ]; then
    echo "FAILED: the kernel step ran $(wc -l <configured) times, wanted $1, driver $2"
    failures=$((failures + 1))
  fi
}
run plan kernel.textproto
expect 2 "a command that needs a reboot"
said "only after a reboot"
run apply kernel.textproto
expect 8 "a reboot is due"
said "goes on after the reboot"
run apply kernel.textproto
expect 8 "it is still due"
runs_of_kernel 1 held
# The next boot is another boot id, which only this command sees.
if unshare --user --map-root-user --mount true 2>/dev/null; then
  echo 00000000-1111-2222-3333-444444444444 >boot_id
  in_next_boot() {
    unshare --user --map-root-user --mount sh -c '
      mount --bind boot_id /proc/sys/kernel/random/boot_id && exec "$@"' sh \
      "$provision" "$@" --state-dir "$work/state" --store "$work/store" >out 2>err
  }
  in_next_boot apply kernel.textproto
  expect 8 "this boot did not bring it either"
  runs_of_kernel 2 held
  touch booted
  echo 00000000-1111-2222-3333-555555555555 >boot_id
  in_next_boot apply kernel.textproto
  expect 0 "the same command goes on after the reboot"
  runs_of_kernel 2 run
  [ -e driver ] || { echo "FAILED: the driver step did not run"; failures=$((failures + 1)); }
else
  cannot AnotherBoot "this kernel lets nobody make a user namespace"
fi

run apply files.textproto --jbos 2
expect 64 "no such flag"
said "usage/flag"

plan typo 'step { name: "a" after: "bb" [provision.files] { fiel { path: "a" } } }'
run apply typo.textproto
expect 65 "the plan is wrong"
said "typo.textproto:2"

if strace -o /dev/null true 2>/dev/null; then
  plan sync 'step { name: "a" [provision.files] { file { path: "d" content: "D" } } }'
  strace -f -o /dev/null -e trace=fdatasync,fsync -e inject=fdatasync:error=EIO:when=1 \
    "$provision" apply sync.textproto --state-dir "$work/state" --store "$work/store" >out 2>err
  expect 74 "a sync failed"
  run apply sync.textproto
  expect 0 "the next run audits anew"
else
  cannot NotDurable "this kernel lets nobody trace a process"
fi

finish
