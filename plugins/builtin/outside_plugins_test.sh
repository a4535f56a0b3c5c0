#!/bin/bash
# Plugins from outside, by the real program: found by their manifests, validated without a process, trusted by their
# content, proposed and applied; what others could exchange, what changed and what misbehaves is refused and named.
set -u
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/outside.XXXXXX")
trap 'rm -rf "$work"' EXIT
provision=$(realpath "$1")
steered=$(realpath "$2")
protos=$PWD
export HOME=$work/home XDG_DATA_HOME=$work/data PROVISION_STATE_DIR=$work/state PROVISION_STORE=$work/store
export PROVISION_PLUGIN_DIR=$work/plugins
failures=0

fail() { # what
  echo "FAILED: $1"
  cat "$work/out" "$work/err"
  failures=$((failures + 1))
}

run() { # code, words of the command line
  local expected=$1 code
  shift
  timeout 60 "$provision" "$@" >"$work/out" 2>"$work/err"
  code=$?
  [ "$code" = "$expected" ] || fail "$*: expected exit $expected, got $code"
}

says() { # texts that the last command printed
  local text
  for text in "$@"; do
    grep --quiet --fixed-strings -- "$text" "$work/out" "$work/err" || fail "it does not say: $text"
  done
}

digest() { sha256sum "$1" | cut -d' ' -f1; }

# ---- a script of ten lines ----

motd=$work/plugins/motd
mkdir -p "$motd" "$HOME" && cd "$work" || exit 1

cat >"$motd/motd.proto" <<'END'
syntax = "proto2";
package acme;
import "core/api/plan.proto";
message MotdConfig {
  optional string path = 1;
  optional string text = 2;
}
extend provision.Step { optional MotdConfig motd = 734211; }
END
cat >"$motd/motd.sh" <<'END'
#!/bin/sh
exec jq -c '
def wrong($f): {severity: "ERROR", id: "motd/missing", field: $f, message: ($f + " is missing")};
if .validate then {validated: {result: [.validate.config[].value | {diagnostic: [
  (if .path then empty else wrong("path") end), (if .text then empty else wrong("text") end)]}]}}
else .propose.config.value as $c | ($c.text + "\n" | @base64) as $want
| [.propose.fact[]? | select(.query.file.path == $c.path)][0] as $fact
| if $fact == null then {need: {query: [{file: {path: $c.path}}]}}
  else {proposed: {proposal: ({title: $c.path, fidelity: "EXACT"} + (if $fact.value.file.chunk == [$want] then {} else
    {action: [{write_file: {path: $c.path, content: $want}}], check: [{file: {path: $c.path}}]} end))}} end end'
END

manifest() { # folder, id, carrier, file, field, type, further lines
  protoc -I"$1" -I"$protos" --include_imports --descriptor_set_out="$1/$2.descriptors" "$2.proto" || exit 1
  cat >"$1/$2.provisioner.textproto" <<END
id: "$2"
version: "1"
carrier: $3
file { name: "$4" sha256: "$(digest "$1/$4")" }
descriptors { name: "$2.descriptors" sha256: "$(digest "$1/$2.descriptors")" }
major: 1
config { field: "$5" type: "$6" }
$7
END
}
manifest "$motd" motd JSON_SCRIPT motd.sh acme.motd acme.MotdConfig 'fact: "file"'

cat >plan.textproto <<END
name: "outside"
step { name: "motd" [acme.motd] { path: "$work/here/motd" text: "hello" } }
step { name: "other" [provision.files] { directory { path: "$work/other" } } }
END
mkdir here
run 65 validate plan.textproto
says "plan.textproto:2:21" "[plugin/untrusted]" "provision trust $motd/motd.provisioner.textproto"
run 65 apply plan.textproto
says "[plugin/untrusted]"
[ ! -e other ] || fail "an action began"
run 65 validate plan.textproto --no-plugins
says "[plan/unknown-provisioner]"
run 0 trust plugins/motd/motd.provisioner.textproto
says "$motd/motd.sh" "may ask for  file"
run 0 plugins list
says "motd" "[acme.motd]" "1 plugin"
run 0 plugins describe motd
says "JSON_SCRIPT" "sha256:$(digest "$motd/motd.sh")"
run 64 plugins describe nobody
says "motd"
run 0 validate plan.textproto
sed 's/text:/txet:/' plan.textproto >wrong.textproto
run 65 validate wrong.textproto
says "wrong.textproto:2:" "no such field: txet" "text"
sed 's/text: "hello"//' plan.textproto >wrong.textproto
run 65 plan wrong.textproto
says "text is missing" "motd/missing" "wrong.textproto:2:"

# None of these starts a process.
run 2 plan plan.textproto --out saved.plan
for words in "validate plan.textproto" "plugins list" "plugins describe motd" "plan show saved.plan" "doctor --offline"; do
  strace -f -e trace=execve -o "$work/trace" "$provision" $words >"$work/out" 2>"$work/err"
  [ "$(grep --count 'execve(' "$work/trace")" = 1 ] || fail "$words starts a process"
done

run 2 plan plan.textproto
says "here/motd" "new, 6 B"
run 0 apply saved.plan
[ "$(cat here/motd)" = hello ] || fail "the saved plan did not do it"
run 0 apply plan.textproto
says "nothing to do"
run 0 report
run 0 rollback
[ ! -e here/motd ] || fail "it was not undone"

# ---- what is refused: file, check, expected, found, before any action ----

refused() { # id, texts
  local id=$1
  shift
  rm -rf other
  run 65 apply plan.textproto
  says "$id" "$@" "expected" "found"
  [ ! -e other ] || fail "an action began in spite of $id"
}
for path in motd.sh motd.provisioner.textproto motd.descriptors .; do
  chmod o+w "$motd/$path"
  refused plugin/unsafe "anybody can write $(realpath "$motd/$path")"
  run 0 plugins list
  says "not used" "plugin/unsafe"
  chmod o-w "$motd/$path"
done
cp -a "$motd" kept
echo '#' >>"$motd/motd.sh"
refused plugin/changed "$motd/motd.sh" "sha256:$(digest kept/motd.sh)" "sha256:$(digest "$motd/motd.sh")"
run 0 plugins list
says "plugin/changed"
rm -r "$motd" && cp -a kept "$motd"
echo '# more' >>"$motd/motd.provisioner.textproto"
refused plugin/changed "$motd/motd.provisioner.textproto"
rm -r "$motd" && cp -a kept "$motd"
printf x >>"$motd/motd.descriptors"
refused plugin/changed "$motd/motd.descriptors"
rm -r "$motd" && cp -a kept "$motd"
sed -i 's/^carrier.*/carier: JSON_SCRIPT/' "$motd/motd.provisioner.textproto"
run 65 validate plan.textproto
says "plugin/manifest" "line 3" "carier"
rm -r "$motd" && cp -a kept "$motd"
sed -i 's/file { name/file { platform: "plan9\/mips" name/' "$motd/motd.provisioner.textproto"
refused plugin/platform plan9/mips
rm -r "$motd" && cp -a kept "$motd"
cp -a kept plugins/twin
run 65 apply plan.textproto
says plugin/duplicate "$motd/motd.provisioner.textproto" "$work/plugins/twin/motd.provisioner.textproto"
rm -r plugins/twin

# One that no step wants only warns.
mkdir plugins/broken && echo 'nonsense' >plugins/broken/broken.provisioner.textproto
run 0 validate plan.textproto
says "warning" "plugin/manifest" "valid, 2 steps"
rm -r plugins/broken

# It may not ask for what its manifest does not list.
sed -i '/^fact/d' "$motd/motd.provisioner.textproto"
run 0 trust "$motd/motd.provisioner.textproto"
run 3 apply plan.textproto
says "plugin/permission" "asks for the fact file"
[ -d other ] || fail "the other step did not run"

# ---- executables, each misbehaving in its way, cost their steps ----

out=$work/plugins/steered
mkdir "$out"
cp "$steered" "$out/steered"
chmod u+w "$out/steered"
cp "$protos/core/testing/scripted.proto" "$out/steered.proto"
manifest "$out" steered EXECUTABLE steered provision.scripted provision.ScriptedConfig 'fact: "file" fact: "metadata"'
cat >plan.textproto <<END
name: "outside"
step { name: "steered" [provision.scripted] { file { path: "$work/here/a" content: "A" } } }
step { name: "after" after: "steered" [provision.files] { directory { path: "$work/after" } } }
step { name: "other" [provision.files] { directory { path: "$work/other" } } }
END
run 0 trust "$out/steered.provisioner.textproto"
echo well >"$out/how"
run 0 apply plan.textproto
[ "$(cat here/a)" = A ] || fail "the executable's step was not done"

broken() { # how, id, texts
  local how=$1 id=$2
  shift 2
  echo "$how" >"$out/how"
  rm -rf other after here/a
  run 3 apply plan.textproto --fresh
  says "steered" "$id" "$@"
  [ -d other ] || fail "$how: the other step did not finish"
  [ ! -e after ] || fail "$how: a dependant ran"
}
broken fault plugin/ended "signal 11"
broken abort plugin/ended "signal 6"
broken exit0 plugin/ended "status 0"
broken exit3 plugin/ended "status 3"
broken close plugin/ended "closed its descriptors"
broken cut plugin/ended "in the middle of a reply"
broken daemon plugin/ended "status 7"
broken garbage plugin/protocol
broken oversize plugin/protocol
broken empty plugin/protocol
broken noproto plugin/protocol
broken stranger plugin/protocol "a reply to no request"
broken needs plugin/needs
broken same plugin/needs
broken memory plugin/ended
if pgrep --full "^$out/steered" >"$work/left"; then
  fail "a plugin outlived its run: $(cat "$work/left")"
fi

# What says no Hello, or the wrong one, is no plugin: nothing begins.
for how in no_plugin major requires; do
  echo "$how" >"$out/how"
  rm -rf other
  run 65 apply plan.textproto --fresh
  says "steered"
  [ ! -e other ] || fail "$how: an action began"
done
exit $((failures > 0))
