"""Fuzz targets."""

load(":cc.bzl", "provision_test_of_main")

def provision_fuzz_test(name, srcs, deps, corpus):
    """A fuzz target; an ordinary test replays its corpus, `tools/fuzz/run` fuzzes it.

    Args:
      name: ends in _fuzz_test
      srcs: the file that defines LLVMFuzzerTestOneInput
      deps: what it reads with
      corpus: //testdata/fuzz:NAME, a file of cases
    """
    provision_test_of_main(
        name = name,
        srcs = srcs,
        args = ["$(location %s)" % corpus],
        data = [corpus],
        linkopts = select({
            "//tools/bazel:fuzz": ["-fsanitize=fuzzer"],
            "//conditions:default": [],
        }),
        # tools/fuzz/run finds the targets by it.
        tags = ["fuzz"],
        deps = deps + ["//tools/fuzz:fuzz_target"] + select({
            "//tools/bazel:fuzz": [],
            "//conditions:default": ["//tools/fuzz:replay_main"],
        }),
    )
