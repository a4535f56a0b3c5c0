"""The flags of every C++ target, in one place."""

_COPTS = ["-Wall", "-Wextra"]

def provision_library(name, copts = [], **kwargs):
    native.cc_library(name = name, copts = _COPTS + copts, **kwargs)

def provision_binary(name, copts = [], **kwargs):
    native.cc_binary(name = name, copts = _COPTS + copts, **kwargs)

def provision_test(name, deps = [], copts = [], **kwargs):
    """A test on GoogleTest; its main comes from gtest_main."""
    native.cc_test(
        name = name,
        copts = _COPTS + copts,
        deps = deps + ["@debian//:gtest_main"],
        **kwargs
    )
