#!/bin/bash
# Built-in provisioners in processes of their own, by the real program: they propose what the linked ones do.
set -u
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/isolated.XXXXXX")
trap 'rm -rf "$work"' EXIT
provision=$(realpath "$1")
cd "$work" || exit 1
failures=0

run() { # words of the command line
  timeout 60 "$provision" "$@" --state-dir "$work/state" --store "$work/store" >out 2>err
}

expect() { # code, what
  local code=$?
  if [ "$code" != "$1" ]; then
    echo "FAILED: $2: expected exit $1, got $code"
    cat out err
    failures=$((failures + 1))
  fi
}

same() { # file, file, what
  if ! diff "$1" "$2"; then
    echo "FAILED: $3"
    failures=$((failures + 1))
  fi
}

cat >plan.textproto <<EOF
name: "isolated"
step { name: "motd" [provision.files] { file { path: "motd" content: "hello\\n" mode: "0640" } } }
step { name: "stamp" after: "motd" [provision.command] { argv: "/bin/sh" argv: "-c" argv: "cat motd > stamp"
  unless { argv: "test" argv: "-e" argv: "$work/stamp" } } }
EOF

run plan plan.textproto
expect 2 "linked"
cp out linked
run plan plan.textproto --isolate-plugins
expect 2 "isolated"
same linked out "the isolated preview is not the linked one"

# A config that can never be applied is refused by the process as well.
sed 's/0640/9999/' plan.textproto >wrong.textproto
run validate wrong.textproto
expect 65 "a wrong mode, linked"
cp err wrong_err
run validate wrong.textproto --isolate-plugins
expect 65 "a wrong mode, isolated"
same wrong_err err "the isolated refusal is not the linked one"

run apply plan.textproto --isolate-plugins
expect 0 "apply"
[ "$(cat stamp)" = hello ] || { echo "FAILED: nothing was done"; failures=$((failures + 1)); }
run apply plan.textproto --isolate-plugins
expect 0 "again"
grep --quiet "nothing to do" out err || { echo "FAILED: it is not converged"; failures=$((failures + 1)); }

# Nothing is left of a plugin.
if ps -eo args | grep --quiet "^$provision serve"; then
  echo "FAILED: a plugin outlived the run"
  failures=$((failures + 1))
fi

run serve files
expect 64 "a person has no frames"
PROVISION_PLUGIN=1 PROVISION_FD=3,4 "$provision" serve nobody >out 2>err
expect 64 "no such provisioner"
exit $((failures > 0))
