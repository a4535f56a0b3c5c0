#include "core/cli/error_catalog.h"

namespace provision {

const std::vector<ErrorEntry>& ErrorCatalog() {
  static const auto* const entries = new std::vector<ErrorEntry>{
      {"apply/conflict",
       "Two wheels, or a wheel and what is installed, bring one path and "
       "cannot "
       "both have it. Leave one of them out of the plan."},
      {"apply/foreign-change",
       "Somebody changed the file after the preview, or after the action that "
       "made it. It is left as it is; `provision plan` shows what is there "
       "now."},
      {"apply/in-the-way",
       "Something of another kind stands where the action would make its file, "
       "link or directory. Move it away, or name another path in the plan."},
      {"apply/not-empty",
       "A directory that is to be removed has content, and the action does not "
       "say `recursive`."},
      {"apply/not-in-bundle",
       "A step needs an artifact that the bundle was not made with, "
       "because this host differs from the one it was made on. Nothing "
       "was changed."},
      {"apply/not-kept",
       "The file system of that path said yes to a mode or an owner and did "
       "not "
       "keep it, as shares of Windows do. What was there is there still. Name "
       "a "
       "path on another file system, or ask for what this one gives."},
      {"apply/plan-differs",
       "The plan on the command line is not, byte for byte, the plan in "
       "the bundle. `provision bundle inspect FILE --show plan` prints "
       "that one."},
      {"archive/collision",
       "Two names in the archive are one name where case or the form of "
       "accents does not count."},
      {"archive/differs",
       "Two readers, or two passes over the archive, saw different members. It "
       "was not unpacked; nothing is left of it."},
      {"archive/duplicate",
       "The archive has one name twice, or something below a file."},
      {"archive/filter",
       "The file is not a tar or a zip that is accepted, is compressed in "
       "another way or more than once, or does not decompress as its own check "
       "sums say."},
      {"archive/limit",
       "The archive has more members, bytes or longer names than are accepted, "
       "or decompresses to too many times its size."},
      {"archive/metadata",
       "A member of the archive carries rights or attributes that are never "
       "set: set-uid, world-writable, access lists and the like."},
      {"archive/name",
       "A name in the archive could mean another place or deceive a reader: "
       "absolute, with `..`, with control characters and the like. The whole "
       "archive is refused."},
      {"archive/tar",
       "The tar contradicts itself or is not whole: two sizes, a damaged "
       "header, bytes after its end."},
      {"archive/type",
       "The archive holds what is no file, folder or link inside it: a device, "
       "a link that leads out, data on a folder."},
      {"archive/zip",
       "The zip contradicts itself or is not whole: its directory and its "
       "members differ, overlap or leave gaps."},
      {"check/behaviour",
       "The folder cannot do what is needed of it: links, locks or "
       "executables. Another file system can, such as a local one."},
      {"check/command",
       "The command that proves a step did not end as it "
       "must; its output is among the details."},
      {"check/fact",
       "The host answers a question otherwise than the check demands after the "
       "step ran."},
      {"check/file", "A file is not as the check demands after the step ran."},
      {"check/http",
       "The URL did not answer with the status that the check demands, within "
       "its deadline."},
      {"check/import",
       "A Python module could not be imported by the environment's own "
       "interpreter; the interpreter's words are among the details."},
      {"check/none",
       "A proposal holds a check that says nothing to look at; that is a fault "
       "of the provisioner."},
      {"check/tcp",
       "Nothing accepted a connection at that host and port within the "
       "deadline of the check."},
      {"check/tls",
       "No TLS connection that this host trusts could be made to that host and "
       "port within the deadline of the check."},
      {"content/digest",
       "A blob of the bundle has another digest than the documents that "
       "lead to it say. Where its signature is good, it was damaged on "
       "the way: copy it again."},
      {"content/missing",
       "A blob that the bundle's documents name is not among what it is "
       "made of."},
      {"content/size", "A blob has another size than its descriptor says."},
      {"create/no-id",
       "A bundle's id is made of a to z, 0 to 9, dot, dash and "
       "underscore, and begins with a letter or a digit. Give one with "
       "--bundle-id."},
      {"create/not-locked",
       "A step downloads something that no digest pins, or cannot say "
       "yet what it will need. A bundle holds only what is known by its "
       "digest."},
      {"extract/exists",
       "The folder to extract into has something in it. Name a new one."},
      {"extract/not-found",
       "The bundle has no artifact of that name, digest, kind and "
       "target. `provision bundle list FILE` shows what it has."},
      {"extract/two-names",
       "Two targets have artifacts of one file name and different "
       "content. Choose one with --target."},
      {"facts/bad-record",
       "The file given to --facts is no record of a host; "
       "make one with `provision facts --record --out FILE`."},
      {"format/container",
       "The bundle's file has other bytes than its documents lead to: a "
       "header, padding or order that was changed. It was damaged or "
       "made by something else."},
      {"format/critical",
       "The bundle uses something that this provision does not know and "
       "must not ignore. A newer provision reads it."},
      {"format/json",
       "A document in the bundle is not the strict JSON that bundles "
       "use, or says what cannot be. Nothing of it was used."},
      {"format/limit",
       "The bundle holds more, or something larger, than the format "
       "allows."},
      {"format/not-a-bundle",
       "The file does not begin as every bundle does. A page of a proxy "
       "or a portal may have been saved in its place."},
      {"format/not-canonical",
       "A document in the bundle says something permitted in a form that "
       "is not. There is one encoding of everything, so that two readers "
       "cannot differ."},
      {"format/trailing",
       "Bytes follow the end of the bundle. It has exactly one end."},
      {"format/truncated",
       "The bundle ends too early: the copy was cut. Copy it again."},
      {"format/version",
       "The bundle is of a format that this provision does not read. A "
       "newer one does."},
      {"host/command",
       "A command that a step needs is not there, and no earlier step provides "
       "it. Nothing was begun."},
      {"host/io", "The operating system reported an error; its words follow."},
      {"host/link",
       "A symbolic link stands on the way that neither root nor you own, or "
       "that leads out of the folder that is written to. It is never "
       "followed."},
      {"host/missing", "A file or folder that is needed is not there."},
      {"host/no-locks",
       "The file system takes no locks that keep a second process out, as some "
       "network file systems do."},
      {"host/no-seccomp",
       "This kernel cannot forbid sockets to a process. provision itself "
       "opens none with a bundle; a command of the plan could."},
      {"host/no-space",
       "The file system or your quota is full. Nothing is "
       "half-made; free some space and run the same command."},
      {"host/permission", "You may not do this to that file or folder."},
      {"host/read-only", "The file system is mounted read-only."},
      {"input/no-file", "The bundle that was named is not there."},
      {"input/not-regular",
       "The bundle that was named is a folder, a device or a pipe."},
      {"journal/corrupt",
       "The record of a run is damaged in its middle, where it cannot be "
       "repaired safely. --recover sets it aside and audits every step anew; "
       "what only the damaged part knew cannot be undone."},
      {"journal/other-version",
       "Another version of the program wrote the "
       "journal; go on with that version."},
      {"journal/untrusted",
       "The journal belongs to somebody else or can be written by others."},
      {"key/exists",
       "A key of that name is there. Keys are never overwritten."},
      {"key/format",
       "The file is no PEM of a key, or of another algorithm than "
       "ed25519 and ecdsa-p256. `provision bundle keygen` makes a pair."},
      {"key/passphrase",
       "The passphrase is wrong, or the key is damaged, or there was "
       "nobody to ask."},
      {"key/permissions",
       "Somebody else can read or replace the private key. chmod 600, "
       "and own it."},
      {"key/short",
       "A passphrase that protects a key has at least 12 characters."},
      {"limits/no-controller",
       "A limit was asked for that this kernel offers no controller for."},
      {"limits/not-applied",
       "A limit was set but reads back differently, so the command was not "
       "started."},
      {"limits/out-of-memory",
       "The command was killed because it went over its memory limit."},
      {"lock/credentials",
       "A URL in the lock has a user or a password in it. Take them out "
       "and put them into ~/.netrc."},
      {"lock/format",
       "The lock was written by a newer program, or is none at all."},
      {"lock/marker",
       "A requirement holds or not by something that the target does not "
       "state: the last number of Python's version, or the kernel's."},
      {"lock/missing",
       "A step with `project` is installed from a lock alone, and there "
       "is none yet."},
      {"lock/no-target",
       "The lock was made for other platforms than this host. Name this "
       "one, too, when the lock is made."},
      {"lock/no-wheel",
       "A version that was chosen has no wheel for a target. A lock "
       "builds nothing."},
      {"lock/python",
       "The lock is for another Python than that of the environment."},
      {"lock/stale",
       "The step, or a file that it names, changed since the lock was "
       "made. Make it anew: `provision lock PLAN`."},
      {"lock/syntax",
       "The lock is no text protobuf, or breaks a rule of "
       "core/api/lock.proto; nothing of it is used."},
      {"lock/unanswered",
       "What a step needs could not be found out, or cannot be pinned by "
       "the digest of a file."},
      {"lock/weak-hash", "The source of a file offers no SHA-256 of it."},
      {"net/auth",
       "The server wants a user and a password: give the action "
       "`credentials`."},
      {"net/ca-file",
       "The file of certificates to trust cannot be read or holds none."},
      {"net/connect", "No connection could be made to that host and port."},
      {"net/cut",
       "The connection was cut before the end, and stayed so over all tries. "
       "The same command resumes."},
      {"net/deadline", "The download did not end within its deadline."},
      {"net/digest",
       "What was downloaded has another digest than the plan or "
       "the lock says. It was thrown away."},
      {"net/dns", "The name of the host could not be resolved."},
      {"net/forbidden", "The server does not let this user have the file."},
      {"net/header",
       "The server's answer has headers that are too long, or a length that is "
       "none or stands there twice."},
      {"net/length", "The download is longer or shorter than it said."},
      {"net/missing", "The server has no such file."},
      {"net/offline", "--offline was given, and this needs the network."},
      {"net/portal",
       "A page came in place of the file: a captive portal or a "
       "login page stands between this host and the server."},
      {"net/protocol", "What answered does not speak HTTP."},
      {"net/proxy", "The proxy could not be reached or refused the request."},
      {"net/proxy-auth", "The proxy wants a user and a password."},
      {"net/range",
       "The server cannot go on where the download was cut, nor begin anew."},
      {"net/redirect",
       "The server sent the download somewhere that is not "
       "allowed, such as from https to http."},
      {"net/status", "The server answered with an error."},
      {"net/timeout", "The server did not answer in time."},
      {"net/tls", "No TLS connection could be made."},
      {"net/tls-issuer",
       "The certificate of the server is signed by nobody whom this host "
       "trusts; often a proxy rewrites TLS. Trust its root certificate."},
      {"net/unpinned",
       "A download without a digest, which the plan does not "
       "allow with `unpinned`."},
      {"net/url", "The address is not one that can be downloaded from."},
      {"plan/bad-value", "The value is not one that the field takes."},
      {"plan/consent",
       "The step does something that needs a yes by name: add "
       "the `consent` that the error names to the step."},
      {"plan/cycle",
       "Steps come after each other in a circle; the circle is named. Take one "
       "`after` out of it."},
      {"plan/duplicate-environment",
       "Two environments have one name; the place of the first is named."},
      {"plan/duplicate-step",
       "Two steps have one name; the place of the first is named. Names are "
       "what `after`, --only and the journal know a step by."},
      {"plan/environment-cycle",
       "Environments extend each other in a circle, which is named."},
      {"plan/limit", "The plan is larger than plans may be."},
      {"plan/missing", "There is no such plan."},
      {"plan/missing-field",
       "A field without which the step means nothing is not set."},
      {"plan/name",
       "A name may hold lower-case letters, digits, and . _ - "
       "after the first character, at most 64."},
      {"plan/no-provisioner",
       "The step has none of the blocks in brackets that say what it brings "
       "about, such as `[provision.files]`."},
      {"plan/not-approved",
       "The digest given to --approved is not that of the saved plan. Look at "
       "it with `provision plan show FILE`, then approve what it prints."},
      {"plan/not-as-predicted",
       "Since the plan was saved the host has changed so that the step would "
       "do something else. Nothing was done for it; a new plan shows what it "
       "would do now."},
      {"plan/not-in-this-version",
       "The field is part of the format, but this version of the program does "
       "not act on it."},
      {"plan/not-saved",
       "The file is a plan as written, or something else: `provision plan PLAN "
       "--out FILE` makes a saved one."},
      {"plan/order",
       "A provisioner demands a step of some kind between two others, and none "
       "stands there. The way that leads around it is shown."},
      {"plan/other-host",
       "A saved plan holds what one host needs; it is applied on that host "
       "alone."},
      {"plan/outside-envelope",
       "A step whose actions were unknown when the plan was saved would now do "
       "more than the plan announced of it. Nothing of it was done."},
      {"plan/range", "The number does not fit the field."},
      {"plan/saved-damaged", "The saved plan is not what was saved."},
      {"plan/set-twice",
       "A field that takes one value stands there twice, or two fields of "
       "which only one can be; the place of the first is named."},
      {"plan/stale",
       "Something that the saved plan was made from has changed "
       "since; make a new one."},
      {"plan/syntax", "The text is no plan; the place is where it goes wrong."},
      {"plan/two-provisioners",
       "The step has two blocks that say what it brings about. Make two steps "
       "of it."},
      {"plan/unknown-consent",
       "The step agrees to something that its provisioner never asks for, so "
       "the consent would do nothing."},
      {"plan/unknown-environment",
       "`extends` names an environment that the plan does not have."},
      {"plan/unknown-field",
       "No field of that name is there; the nearest one "
       "is named."},
      {"plan/unknown-provisioner", "No provisioner of that name is built in."},
      {"plan/unknown-step",
       "`after` names a step that the plan does not have."},
      {"plan/unknown-step-saved",
       "What the step does could not be told when the plan was saved. --accept "
       "STEP agrees to whatever it turns out to be, within what the plan "
       "shows."},
      {"plan/unknown-value",
       "The field takes one of a few words, and this is "
       "none of them."},
      {"plan/unsavable",
       "A step of the plan cannot be performed, so no file was made of it; the "
       "errors above say why."},
      {"plan/untrusted",
       "The plan belongs to somebody else. Read it, then `provision trust "
       "FILE` trusts exactly that content."},
      {"plugin/bad-proposal",
       "A provisioner proposed what no provisioner may; "
       "that is a fault of it."},
      {"plugin/changed",
       "A file of a plugin is not, byte for byte, the one that was pinned: its "
       "digest differs from that in the manifest, or the manifest's from the "
       "one on record. Look at what changed; `provision trust MANIFEST` "
       "records "
       "a manifest anew."},
      {"plugin/deadline",
       "The plugin did not answer in time and was ended, with all that it had "
       "started. Its steps have no proposal; others go on."},
      {"plugin/descriptors",
       "The descriptors beside a plugin's manifest do not give its steps a "
       "form: they are no FileDescriptorSet, lack an import or the extension "
       "that the manifest names, or say what is said elsewhere already."},
      {"plugin/duplicate",
       "Two plugins have one id, or one name for their steps. None of the two "
       "is used, and nothing that is built in is replaced."},
      {"plugin/ended",
       "The plugin's process ended, or closed its end of the wire, when an "
       "answer was due. The message says how, and what it printed last. It is "
       "started again once in a run."},
      {"plugin/failed",
       "The plugin says that it could not do its work; its words stand in the "
       "message. A config that is wrong is no such failure."},
      {"plugin/hello",
       "The plugin and this program have no major of the protocol in common, "
       "or one lacks a capability that the other requires; the message names "
       "both sides' lists."},
      {"plugin/manifest",
       "NAME.provisioner.textproto beside a plugin is not the manifest that it "
       "has to be; core/api/plugin_manifest.proto has its fields."},
      {"plugin/missing",
       "A saved plan has a step of a provisioner that this program does not "
       "have."},
      {"plugin/needs",
       "The plugin asks for facts without end, for the same ones again, or for "
       "one that no reader gives. It may ask 16 times, each time for something "
       "new."},
      {"plugin/permission",
       "The plugin asks for a fact, or proposes to run a program of its own, "
       "that its manifest does not list. Who trusted the manifest did not "
       "agree to that."},
      {"plugin/platform",
       "The plugin's manifest has no file for this operating system and "
       "processor."},
      {"plugin/protocol",
       "What the plugin wrote on its descriptor is not the protocol of "
       "plugins: a length, a message or an id that cannot be. What it prints "
       "on standard output does not matter."},
      {"plugin/start", "The plugin's program could not be started."},
      {"plugin/stopped",
       "The plugin was ended because this program was asked to stop."},
      {"plugin/unsafe",
       "Somebody else could exchange a file of the plugin: one of its folders, "
       "its manifest, its program or its descriptors belongs to another user "
       "or can be written by others. The message says which."},
      {"plugin/untrusted",
       "No record says that this plugin's manifest, with the files that it "
       "pins, is trusted. `provision trust MANIFEST` shows what it would start "
       "and may ask for, and records it."},
      {"privilege/root",
       "What the step does needs root, and this run has no way to it. The "
       "other steps are done; the part that is left is written to a file for "
       "somebody with root."},
      {"privilege/secure-execution",
       "The program file has the set-uid or set-gid bit or capabilities. It "
       "would trust an environment that others have set, so it does not run."},
      {"project/nothing",
       "None of the files that `provision init` reads says which Python or "
       "which packages the project needs, or what they say has no provisioner "
       "yet."},
      {"project/syntax",
       "A file of the project is not what its name says: TOML or YAML. "
       "Nothing was written."},
      {"project/value",
       "A file of the project holds a value that its format does not allow, "
       "such as a dependency that is no requirement. Nothing was written."},
      {"requirements/conda-path",
       "The file was written where conda had built the packages, and names "
       "paths of that machine. `pip list --format=freeze` writes versions."},
      {"requirements/encoding",
       "The requirement file is neither UTF-8 nor marked as something else. "
       "Other readers guess by the locale, and so read it differently on "
       "different hosts. Save it as UTF-8."},
      {"requirements/hash",
       "--hash takes the name of the digest, a colon and the digest in hex: "
       "sha256 with 64 digits, sha384 with 96 or sha512 with 128. `pip hash "
       "FILE` prints it."},
      {"requirements/include",
       "-r or -c names a file that is not there, that is read only from the "
       "lock, or that includes the file it stands in. Its path is relative to "
       "the file that names it."},
      {"requirements/option-ignored",
       "The option means something to pip and nothing here, or would switch "
       "a check off. It has no effect."},
      {"requirements/pip-uv",
       "pip and uv read this line differently, so the same file may give two "
       "environments. A remark, no fault."},
      {"requirements/secret",
       "A URL holds a user name or a password, and the file is read by all "
       "who get the project. ~/.netrc is where pip and uv both look."},
      {"requirements/syntax",
       "The line is no requirement, option or comment that pip reads."},
      {"requirements/two-indexes",
       "--index-url stands there twice. pip takes the last one, uv refuses; "
       "the plan would depend on which of the two runs."},
      {"rollback/no-inverse",
       "Some actions of the run cannot be undone; they are listed. All else "
       "was undone."},
      {"run/deadline", "A command did not end in time and was ended."},
      {"run/failed", "A command ended with an exit status that is no success."},
      {"run/in-doubt",
       "An action that may do harm when it is done twice was begun, and "
       "nothing on the host tells how it ended. Look yourself: --redo STEP "
       "performs it again, --assume-done STEP takes it as done."},
      {"run/locked",
       "Another run, or a child that outlived one, holds the "
       "state; who it is stands beside it."},
      {"run/no-reserve",
       "The file system of the state reserves no room, so that on a full disk "
       "the journal could not record how far the run came."},
      {"run/no-space",
       "The journal has no room left. Nothing is begun that could not be "
       "recorded; make room, and the same command goes on."},
      {"run/not-durable",
       "A sync or a write of the journal failed. What was done may not survive "
       "a power cut; a sync is never tried twice. The same command audits "
       "everything anew."},
      {"run/orphan",
       "An earlier run performed a step that the plan no longer has. What it "
       "did stays: `provision rollback --step` takes it back."},
      {"run/other-host",
       "The state directory holds runs of another host, as happens with a "
       "shared home directory or a copied image. Its journal says nothing of "
       "this one."},
      {"run/rollback-unfinished",
       "A rollback was begun and did not end. It has to end before anything "
       "new is applied."},
      {"run/stopped", "A stop request came; the same command goes on."},
      {"run/undo-damaged",
       "What was there before the action was kept in the state directory and "
       "is no longer readable, so the action cannot be undone by the program."},
      {"run/unfinished",
       "A run of another plan was stopped or killed. It stays as it is until "
       "that plan is applied again or its run rolled back."},
      {"secret/missing",
       "The variable, file or entry that a secret refers to "
       "is not there."},
      {"secret/unavailable",
       "The secret could not be had: the keyring or the "
       "command failed, or there is no terminal to ask "
       "at."},
      {"settings/untrusted",
       "A settings file belongs neither to you nor to root, so it is not read, "
       "and nothing runs with half of the settings."},
      {"settings/value",
       "A settings file gives a flag a value that it does not take; `provision "
       "explain settings` shows what is set, and by what."},
      {"sign/already", "The bundle has a signature by that key."},
      {"sign/other-statement",
       "Signatures add up only over the same words: the same times of "
       "signing and of expiry. Leave --signed-at and --expires out, and "
       "they are taken over."},
      {"state/ambiguous-run", "Several runs begin with these characters."},
      {"state/damaged", "A file of the state directory cannot be read."},
      {"state/moved",
       "The file system of the state takes no locks, so that the state is kept "
       "in a local folder from now on; every command finds it there."},
      {"state/no-locks",
       "Neither the file system of the state nor a local folder takes locks, "
       "so that two runs at once could not be told. Name a folder on a local "
       "disk with --state-dir, or say --no-state-lock and run one at a time."},
      {"state/unknown-run", "No run begins with these characters."},
      {"state/unlocked",
       "--no-state-lock: nothing keeps a second run away from the state."},
      {"state/untrusted",
       "Something in the state directory has another owner, mode, type or "
       "number of links than it must have."},
      {"step/ladder",
       "No rung of the step worked; each is named with its "
       "reason."},
      {"step/unknown",
       "What the step would do was expected to be known once the steps before "
       "it had run, and is not. It did nothing."},
      {"store/damaged",
       "An artifact in the store has another digest than its "
       "name says; remove it and it is fetched again."},
      {"store/locked",
       "Another process is fetching the same artifact; wait for it."},
      {"store/missing", "The artifact is not in the store."},
      {"target/ambiguous",
       "Several targets of the bundle fit this host equally. Choose one "
       "with --target."},
      {"target/none",
       "No target of the bundle has this host's system and architecture."},
      {"trust/digest",
       "The bundle's root digest is not the one that --trust-digest "
       "names."},
      {"trust/expired",
       "What the signers said of the bundle was good until a time that "
       "has passed. Get a newer one."},
      {"trust/id",
       "The signed statement names another bundle or version than the "
       "bundle itself."},
      {"trust/no-root",
       "No key is trusted for the bundle. Give --key with a public key "
       "of its signer, or --trust-digest."},
      {"trust/none",
       "Nobody signed the bundle. Sign it, or name its root digest with "
       "--trust-digest."},
      {"trust/signature",
       "A signature does not match what it is said to sign, or is "
       "malformed. The bundle was changed after signing, or the "
       "signature was."},
      {"trust/split",
       "Two different statements about the bundle are both fully signed. "
       "Which one holds cannot be decided."},
      {"trust/statement",
       "The signed statement is about another bundle, or is not one of a "
       "bundle: this is not what was signed."},
      {"trust/threshold",
       "Fewer of the trusted keys have signed than --threshold asks for. "
       "Each signature's verdict stands beside it."},
      {"trust/unknown-key",
       "The bundle is signed by a key that is not among the trusted "
       "ones."},
      {"usage/argument", "An argument is missing or one too many."},
      {"usage/command", "There is no such command."},
      {"usage/conflict", "Two flags exclude each other."},
      {"usage/environment", "The plan has no environment of that name."},
      {"usage/flag", "There is no such flag; the nearest one is named."},
      {"usage/flag-twice", "The flag was given twice, and takes one value."},
      {"usage/flag-value", "The flag does not take this value."},
      {"usage/foreign-flag", "The flag belongs to other commands."},
      {"usage/output-exists",
       "The program does not write over a file that is there."},
      {"usage/output-folder",
       "The folder of the file that was to be written is not there. Folders "
       "are "
       "not made for an output."},
      {"usage/selection", "A selector matches no step."},
      {"usage/serve",
       "`provision serve NAME` is started by a host of plugins, which gives it "
       "the descriptors that it speaks on."},
      {"usage/step",
       "--redo or --assume-done names a step that neither the plan nor its "
       "runs have."},
      {"usage/target",
       "There is no platform of that name to lock for; `provision lock "
       "--target list` shows them all."},
      {"usage/trust",
       "The file is not among those that are trusted by their "
       "content."},
      {"usage/variable",
       "A variable called PROVISION_... means nothing; the "
       "nearest one is named."},
      {"usage/word", "Nothing in plans, messages or exit codes is called so."},
      {"wheel/data",
       "The wheel's .data folder holds something beside purelib, platlib, "
       "scripts, headers and data, or a folder among its scripts."},
      {"wheel/dist-info",
       "The wheel has not exactly one folder of metadata, or its name, that of "
       "the folder and the metadata do not agree."},
      {"wheel/entry-point",
       "An entry point of the wheel is more than a name and the dotted name of "
       "an object; put into a script it could be anything."},
      {"wheel/escape",
       "The wheel, or the record of an installed distribution, names a path "
       "that is outside the environment or belongs to the interpreter."},
      {"wheel/metadata",
       "The wheel's WHEEL file has a version or a form that is not known."},
      {"wheel/name",
       "The file is not called NAME-VERSION(-BUILD)-PYTHON-ABI-PLATFORM.whl."},
      {"wheel/platform",
       "The wheel is for another platform, or for another Python."},
      {"wheel/record",
       "The wheel's RECORD does not say what is in it: a file is missing, not "
       "listed, or another one. The publisher has to mend it; nothing was "
       "installed."},
      {"wheel/reserved",
       "The wheel brings a script that would stand in for the interpreter or "
       "for the scripts that activate the environment."},
  };
  return *entries;
}

}  // namespace provision
