"""Protobuf libraries from Debian's protoc; `proto_library` would want @com_google_protobuf."""

load("//tools/bazel:cc.bzl", "precompiled")

ProtoSources = provider(
    doc = "The .proto files that a target and all its deps consist of.",
    fields = {"files": "depset of File"},
)

def _proto_gen_impl(ctx):
    files = depset(
        ctx.files.srcs,
        transitive = [dep[ProtoSources].files for dep in ctx.attr.deps],
    )
    headers = []
    sources = []
    for src in ctx.files.srcs:
        stem = src.basename[:-len(".proto")]
        headers.append(ctx.actions.declare_file(stem + ".pb.h"))
        sources.append(ctx.actions.declare_file(stem + ".pb.cc"))
    ctx.actions.run(
        executable = "/usr/bin/protoc",
        arguments = ["-I.", "-I/usr/include", "--cpp_out=" + ctx.bin_dir.path] +
                    [src.path for src in ctx.files.srcs],
        inputs = files,
        outputs = headers + sources,
        mnemonic = "Protoc",
        progress_message = "Generating C++ from %s" % ctx.label,
    )
    return [
        DefaultInfo(files = depset(headers + sources)),
        OutputGroupInfo(headers = depset(headers), sources = depset(sources)),
        ProtoSources(files = files),
    ]

_proto_gen = rule(
    implementation = _proto_gen_impl,
    attrs = {
        "srcs": attr.label_list(allow_files = [".proto"], mandatory = True),
        "deps": attr.label_list(providers = [ProtoSources]),
    },
)

def provision_proto(name, srcs, deps = [], visibility = None, testonly = False):
    """A C++ library of the messages in `srcs`, which includes `srcs` by their path from the root.

    Args:
      name: the library; `NAME_gen` beside it holds the generated files.
      srcs: the .proto files.
      deps: other provision_proto targets whose files these import.
      visibility: as usual.
      testonly: as usual.
    """
    _proto_gen(
        name = name + "_gen",
        srcs = srcs,
        deps = [dep + "_gen" if ":" in dep else dep + ":" + dep.split("/")[-1] + "_gen" for dep in deps],
        visibility = visibility,
        testonly = testonly,
    )
    for group in ["headers", "sources"]:
        native.filegroup(
            name = name + "_" + group,
            srcs = [":" + name + "_gen"],
            output_group = group,
            visibility = ["//visibility:private"],
            testonly = testonly,
        )
    native.cc_library(
        name = name,
        srcs = [":" + name + "_sources"],
        hdrs = [":" + name + "_headers"],
        copts = ["-w"] + precompiled("precompiled_for_libraries"),
        deps = deps + [
            "//tools/bazel:precompiled_library_header",
            "@debian//:protobuf",
        ],
        visibility = visibility,
        testonly = testonly,
    )
