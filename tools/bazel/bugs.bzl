"""The bugs that can be planted, each by `--define bug=NAME`, to see which test finds them (spec/reliability.md 14.4)."""

BUGS = [
    "adopted_not_synced",
    "broken_copy_missing",
    "chain_not_checked",
    "commit_before_effect",
    "directory_not_synced",
    "drift_not_checked",
    "duplicates_allowed",
    "effect_not_synced",
    "header_crc_not_checked",
    "host_id_ignored",
    "intent_after_effect",
    "intent_not_synced",
    "journal_name_not_synced",
    "length_believed",
    "link_target_not_checked",
    "links_followed",
    "lock_not_inherited",
    "no_scan_for_later_frames",
    "only_group_killed",
    "padding_not_checked",
    "partial_not_hashed",
    "plan_makes_folder",
    "preimage_not_synced",
    "range_offset_ignored",
    "ratio_not_limited",
    "redirect_to_http",
    "reserve_not_renewed",
    "secrets_shown",
    "sequence_not_checked",
    "short_write_is_success",
    "sync_retried",
    "volatile_counts_after_boot",
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
