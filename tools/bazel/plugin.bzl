"""A provisioner's targets, and the rules of the architecture that Bazel alone would not hold."""

load("//tools/bazel:cc.bzl", "provision_library", "provision_test")
load("//tools/bazel:proto.bzl", "provision_proto")

# The kinds of action there are, as core/api/action.proto names them.
ACTIONS = [
    "fetch",
    "install_wheels",
    "link",
    "make_directory",
    "remove",
    "run",
    "unpack",
    "write_file",
]

STABILITIES = ["alpha", "beta", "stable"]

# What a provisioner may include, besides its own package and @debian.
_PACKAGES = ["//core/api", "//core/base", "//core/host"]
_TEST_PACKAGES = _PACKAGES + ["//core/testing"]

def _foreign(label, package, allowed):
    if label.startswith(":"):
        return False
    home = label.split(":")[0]
    return home not in allowed + ["//" + package, "@debian//"]

def plugin_errors(package, actions, stability, has_test, deps, test_deps):
    """Says what is wrong with a provisioner's declaration, each with what to do; empty: nothing.

    Args:
      package: where it is declared, such as "plugins/files".
      actions: the kinds of action it says it proposes.
      stability: how settled its config is.
      has_test: whether the file of its test is there.
      deps: labels that its library depends on.
      test_deps: labels that its test depends on besides.
    Returns:
      A list of sentences.
    """
    errors = []
    for action in actions:
        if action not in ACTIONS:
            errors.append("there is no action '%s': name one of %s; a new kind is added to " % (action, ", ".join(ACTIONS)) +
                          "core/actions first, then to ACTIONS in tools/bazel/plugin.bzl")
    if stability not in STABILITIES:
        errors.append("stability '%s' means nothing: say one of %s" % (stability, ", ".join(STABILITIES)))
    if not has_test:
        errors.append("it has no test: write %s_provisioner_test.cc beside it" % package.split("/")[-1])
    for label in deps:
        if _foreign(label, package, _PACKAGES):
            errors.append("it may not depend on %s: it proposes from facts, with %s, @debian and its own package; " % (label, ", ".join(_PACKAGES)) +
                          "what it lacks is a derivation in core/host or a fact")
    for label in test_deps:
        if _foreign(label, package, _TEST_PACKAGES):
            errors.append("its test may not depend on %s: it has %s, @debian and its own package" % (label, ", ".join(_TEST_PACKAGES)))
    return errors

def provision_plugin(name, actions, stability = "alpha", deps = [], proto_deps = ["//core/api:plan_proto"], test_deps = [], cases = [], testdata = []):
    """One provisioner: NAME.proto, NAME_provisioner.{h,cc} and NAME_provisioner_test.cc in plugins/NAME.

    Makes `NAME_proto`, `NAME_provisioner` (for //plugins/builtin alone) and `NAME_provisioner_test`; of
    NAME_conformance_test.cc, if it is there, `NAME_conformance_test` (core/testing/conformance.h).
    A further library of the folder is a provision_library of its own there, named in `deps`:

        provision_plugin(
            name = "motd",
            actions = ["write_file"],
            cases = ["absent", "already_there"],
            test_deps = ["//core/testing"],
            deps = ["//core/api:provisioner"],
        )

    Args:
      name: the folder's name, which is that of its extension of Step.
      actions: every kind of action it may propose; the conformance suite refuses another one.
        Each becomes a tag, so that `attr(tags, action:run, ...)` lists who may run commands.
      stability: alpha (its config may still change), beta, stable (it only grows).
      deps: of the provisioner, besides its config message.
      proto_deps: of NAME.proto.
      test_deps: of its test, besides the provisioner, its message and `deps`.
      cases: folders in testdata/, each with config.textproto, facts.textproto, proposal.textproto.
      testdata: further files that the test reads.
    """
    package = native.package_name()
    test = name + "_provisioner_test.cc"

    # Only to see whether it is there: Bazel's own message would not say what to do.
    has_test = len(native.glob([test], allow_empty = True)) == 1
    errors = plugin_errors(package, actions, stability, has_test, deps + proto_deps, test_deps)
    if package.split("/")[-1] != name:
        errors.append("it is in %s: its folder has its name, plugins/%s" % (package, name))
    if errors:
        fail("provisioner '%s':\n  %s" % (name, "\n  ".join(errors)))

    tags = ["action:" + action for action in actions] + ["stability:" + stability]
    provision_proto(
        name = name + "_proto",
        srcs = [name + ".proto"],
        deps = proto_deps,
        visibility = ["//plugins/builtin:__subpackages__"],
    )
    provision_library(
        name = name + "_provisioner",
        srcs = [name + "_provisioner.cc"],
        hdrs = [name + "_provisioner.h"],
        tags = tags,
        visibility = ["//plugins/builtin:__subpackages__"],
        deps = deps + [":" + name + "_proto"],
    )
    provision_test(
        name = name + "_provisioner_test",
        srcs = [test],
        data = testdata + [
            "testdata/%s/%s.textproto" % (case, file)
            for case in cases
            for file in ["config", "facts", "proposal"]
        ],
        tags = tags,
        deps = deps + test_deps + [
            ":" + name + "_proto",
            ":" + name + "_provisioner",
        ],
    )

    conformance_test = name + "_conformance_test.cc"
    if native.glob([conformance_test], allow_empty = True):
        provision_test(
            name = name + "_conformance_test",
            timeout = "long",
            srcs = [conformance_test],
            # The suite refuses an action that is not among these.
            env = {"PROVISION_PLUGIN_ACTIONS": ",".join(actions)},
            tags = tags,
            deps = [
                ":" + name + "_proto",
                ":" + name + "_provisioner",
                "//core/testing",
                "//core/testing:conformance",
                "//core/testing:fake_system",
            ],
        )
