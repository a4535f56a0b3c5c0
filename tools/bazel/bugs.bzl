"""The bugs that can be planted, each by `--define bug=NAME`, to see which test finds them (spec/reliability.md 14.4)."""

BUGS = [
    "chain_not_checked",
    "commit_before_effect",
    "directory_not_synced",
    "drift_not_checked",
    "effect_not_synced",
    "intent_after_effect",
    "intent_not_synced",
    "lock_not_inherited",
    "no_scan_for_later_frames",
    "padding_not_checked",
    "preimage_not_synced",
    "sequence_not_checked",
    "short_write_is_success",
    "sync_retried",
    "write_in_place",
]

def bug_settings():
    """A config_setting for each bug."""
    for bug in BUGS:
        native.config_setting(
            name = "bug_" + bug,
            define_values = {"bug": bug},
        )

def planted(bugs):
    """Flags for a target whose sources ask for some of the bugs: only these are compiled anew with one of them."""
    for bug in bugs:
        if bug not in BUGS:
            fail("%s is not in the list of tools/bazel/bugs.bzl" % bug)
    cases = {"//tools/bazel:bug_" + bug: ["-DPROVISION_PLANTED_BUG=" + bug] for bug in bugs}
    cases["//conditions:default"] = []
    return select(cases)
