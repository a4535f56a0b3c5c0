"""Tests of what `provision_plugin` refuses."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//tools/bazel:plugin.bzl", "plugin_errors")

def _errors(actions = ["write_file"], stability = "alpha", has_test = True, deps = [], test_deps = []):
    return plugin_errors("plugins/motd", actions, stability, has_test, deps, test_deps)

def _accepts_what_the_rules_allow_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, [], _errors(
        actions = ["run", "write_file"],
        deps = [
            ":motd_text",
            "//core/api",
            "//core/api:provisioner",
            "//core/base:status_macros",
            "//core/host:platform",
            "//plugins/motd:motd_text",
            "@debian//:absl",
        ],
        test_deps = ["//core/testing", "//core/testing:fake_host"],
    ))
    return unittest.end(env)

def _refuses_and_says_what_to_do_impl(ctx):
    env = unittest.begin(ctx)
    for wrong, said in [
        (_errors(actions = ["wirte_file"]), "there is no action 'wirte_file': name one of fetch, "),
        (_errors(stability = "solid"), "stability 'solid' means nothing: say one of alpha, "),
        (_errors(has_test = False), "write motd_provisioner_test.cc"),
        (_errors(deps = ["//core/engine"]), "it may not depend on //core/engine: "),
        (_errors(deps = ["//core/apiary:x"]), "it may not depend on //core/apiary:x: "),
        (_errors(deps = ["//core/testing"]), "it may not depend on //core/testing: "),
        (_errors(deps = ["//plugins/files:files_provisioner"]), "it may not depend on //plugins/files:files_provisioner: "),
        (_errors(deps = ["@other//:absl"]), "it may not depend on @other//:absl: "),
        (_errors(test_deps = ["//core/engine:engine"]), "its test may not depend on //core/engine:engine: "),
    ]:
        asserts.equals(env, 1, len(wrong), said)
        asserts.true(env, said in wrong[0], "'%s' lacks '%s'" % (wrong[0], said))
    return unittest.end(env)

def _collects_all_errors_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, 3, len(_errors(actions = ["a", "b"], has_test = False)))
    return unittest.end(env)

accepts_what_the_rules_allow_test = unittest.make(_accepts_what_the_rules_allow_impl)
refuses_and_says_what_to_do_test = unittest.make(_refuses_and_says_what_to_do_impl)
collects_all_errors_test = unittest.make(_collects_all_errors_impl)
