"""A library of Debian's, for the linker."""

def debian_library(name, libraries, static = None, **kwargs):
    """Debian's shared libraries, or in a release their archives.

    A shared library costs a start of the program about 0.2 ms, and there would be sixty.

    Args:
      name: of the target.
      libraries: what the linker calls them.
      static: the archives of a release, without their `lib` and `.a`, what they need included;
        None: those of `libraries`.
      **kwargs: as cc_library's.
    """
    native.cc_library(
        name = name,
        linkopts = select({
            "@provision//tools/bazel:release": ["-Wl,--start-group"] +
                                               ["-l:lib%s.a" % archive for archive in static or libraries] +
                                               ["-Wl,--end-group"],
            "//conditions:default": ["-l" + library for library in libraries],
        }),
        **kwargs
    )
