"""The flags of every C++ target, in one place."""

_COPTS = ["-Wall", "-Wextra"]

def precompiled(name):
    """The flags by which a target reads a precompiled header of this folder, where there is one."""
    return select({
        "//tools/bazel:precompiled": ["-include", "tools/bazel/" + name, "-Winvalid-pch"],
        "//conditions:default": [],
    })

# What a program needs besides to be run under tsan.
_SANITIZERS = select({
    "//tools/bazel:tsan": ["//tools/bazel:tsan_mutex"],
    "//conditions:default": [],
})

def provision_library(name, deps = [], copts = [], **kwargs):
    native.cc_library(
        name = name,
        copts = _COPTS + copts + precompiled("precompiled_for_libraries"),
        deps = deps + ["//tools/bazel:precompiled_library_header"],
        **kwargs
    )

def provision_binary(name, deps = [], copts = [], **kwargs):
    native.cc_binary(
        name = name,
        copts = _COPTS + copts + precompiled("precompiled_for_libraries"),
        deps = deps + ["//tools/bazel:precompiled_library_header"] + _SANITIZERS,
        **kwargs
    )

def provision_test(name, deps = [], copts = [], **kwargs):
    """A test on GoogleTest; its main comes from gtest_main."""
    native.cc_test(
        name = name,
        copts = _COPTS + copts + precompiled("precompiled_for_tests"),
        deps = deps + ["//tools/bazel:precompiled_test_header", "@debian//:gtest_main"] + _SANITIZERS,
        **kwargs
    )

def provision_test_of_main(name, deps = [], copts = [], **kwargs):
    """A test whose main is its own."""
    native.cc_test(
        name = name,
        copts = _COPTS + copts + precompiled("precompiled_for_libraries"),
        deps = deps + ["//tools/bazel:precompiled_library_header"] + _SANITIZERS,
        **kwargs
    )
