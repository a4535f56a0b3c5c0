#!/bin/sh
# What tools/setup does on a machine whose dpkg-query, apt-get, sudo and id are ours.
set -eu

setup=$PWD/tools/setup
bin=$TEST_TMPDIR/bin
mkdir "$bin"
export CALLS="$TEST_TMPDIR/calls" LACKING="" USER_ID=0 SUDO_STATUS=0 APT_STATUS=0

double() { # name, body
  printf '#!/bin/sh\n%s\n' "$2" >"$bin/$1"
  chmod +x "$bin/$1"
}
double dpkg-query '
shift 2
for package in "$@"; do
  case " $LACKING " in *" $package "*) ;; *) echo "installed $package" ;; esac
done
[ -z "$LACKING" ]'
double apt-get 'echo "apt-get $*" >>"$CALLS"; echo "words of apt"; exit "$APT_STATUS"'
double sudo 'echo "sudo $*" >>"$CALLS"; [ "$SUDO_STATUS" = 0 ] || exit 1; shift; exec "$@"'
double id 'echo "$USER_ID"'

run() { # arguments of setup
  : >"$CALLS"
  status=0
  PATH=$bin:/usr/bin:/bin "$setup" "$@" >"$TEST_TMPDIR/out" 2>&1 || status=$?
}
fail() {
  echo "FAILED: $1; status $status, output, calls:"
  cat "$TEST_TMPDIR/out" "$CALLS"
  exit 1
}
says() { grep -q -- "$1" "$TEST_TMPDIR/out" || fail "does not say: $1"; }
called() { grep -q -- "$1" "$CALLS" || fail "does not call: $1"; }

run
[ "$status" = 0 ] && [ ! -s "$CALLS" ] && [ ! -s "$TEST_TMPDIR/out" ] || fail "all is there: nothing to do or say"

LACKING="g++ clang"
run
[ "$status" = 0 ] || fail "g++ lacks"
says "setup: installing g++$"
called "^apt-get .* update$"
called "^apt-get .* install --no-install-recommends g++$"

run --check
[ "$status" = 0 ] || fail "g++ and clang lack"
called " g++ clang$"

APT_STATUS=100
run
[ "$status" = 1 ] || fail "apt-get fails"
says "words of apt"
APT_STATUS=0

USER_ID=1000
run
[ "$status" = 0 ] || fail "sudo asks nothing"
called "^sudo -n env DEBIAN_FRONTEND=noninteractive apt-get"

SUDO_STATUS=1
run
[ "$status" = 1 ] || fail "sudo wants a password"
says "sudo apt-get install --yes --no-install-recommends g++$"
if grep -q "^apt-get" "$CALLS"; then fail "calls apt-get without privilege"; fi

run --chekc
[ "$status" = 64 ] || fail "a flag that is none"
echo PASSED
