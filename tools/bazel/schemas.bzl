"""The descriptors of protos with their comments, inside the program: what `explain` prints."""

load("//tools/bazel:cc.bzl", "provision_library")
load("//tools/bazel:proto.bzl", "ProtoSources")

_SOURCE = """#include "$HEADER"

#include <cstddef>

namespace provision {
namespace {

constexpr unsigned char kBytes[] = {
"""

_END = """};

}  // namespace

absl::string_view $FUNCTION() {
  return absl::string_view(reinterpret_cast<const char*>(kBytes),
                           sizeof(kBytes));
}

}  // namespace provision
"""

_HEADER = """#ifndef $GUARD
#define $GUARD

#include "absl/strings/string_view.h"

namespace provision {

// A serialized google.protobuf.FileDescriptorSet with source info.
absl::string_view $FUNCTION();

}  // namespace provision

#endif  // $GUARD
"""

def _schemas_gen_impl(ctx):
    files = depset(transitive = [dep[ProtoSources].files for dep in ctx.attr.deps])
    stem = ctx.attr.stem
    descriptors = ctx.actions.declare_file(stem + ".descriptors")
    ctx.actions.run(
        executable = "/usr/bin/protoc",
        arguments = [
            "-I.",
            "-I/usr/include",
            "--include_imports",
            "--include_source_info",
            "--descriptor_set_out=" + descriptors.path,
        ] + [file.path for file in files.to_list()],
        inputs = files,
        outputs = [descriptors],
        mnemonic = "Descriptors",
        progress_message = "Collecting the comments of protos for %s" % ctx.label,
    )
    header = ctx.actions.declare_file(stem + ".h")
    ctx.actions.write(header, _HEADER.replace("$GUARD", "PROVISION_" + (ctx.label.package + "/" + stem + "_h_").replace("/", "_").upper()).replace("$FUNCTION", ctx.attr.function))
    source = ctx.actions.declare_file(stem + ".cc")
    begin = ctx.actions.declare_file(stem + ".begin")
    end = ctx.actions.declare_file(stem + ".end")
    ctx.actions.write(begin, _SOURCE.replace("$HEADER", ctx.label.package + "/" + stem + ".h"))
    ctx.actions.write(end, _END.replace("$FUNCTION", ctx.attr.function))
    ctx.actions.run_shell(
        command = "{ cat %s; od -An -v -tu1 %s | sed 's/ *\\([0-9]\\+\\)/\\1,/g'; cat %s; } > %s" %
                  (begin.path, descriptors.path, end.path, source.path),
        inputs = [begin, descriptors, end],
        outputs = [source],
        mnemonic = "EmbedDescriptors",
    )
    return [
        DefaultInfo(files = depset([header, source])),
        OutputGroupInfo(header = depset([header]), source = depset([source])),
    ]

_schemas_gen = rule(
    implementation = _schemas_gen_impl,
    attrs = {
        "deps": attr.label_list(providers = [ProtoSources]),
        "function": attr.string(mandatory = True),
        "stem": attr.string(mandatory = True),
    },
)

def proto_schemas(name, function, deps, visibility = None, testonly = False):
    """A library whose NAME.h declares `absl::string_view FUNCTION()`: the descriptors of `deps`.

    Args:
      name: the library, and the stem of its header.
      function: what returns the bytes.
      deps: provision_proto targets; what they import is included.
      visibility: as usual.
      testonly: as usual.
    """
    _schemas_gen(
        name = name + "_gen",
        stem = name,
        function = function,
        testonly = testonly,
        deps = [dep + "_gen" if ":" in dep else dep + ":" + dep.split("/")[-1] + "_gen" for dep in deps],
    )
    for group in ["header", "source"]:
        native.filegroup(
            name = name + "_" + group,
            srcs = [":" + name + "_gen"],
            output_group = group,
            testonly = testonly,
        )
    provision_library(
        name = name,
        srcs = [":" + name + "_source"],
        hdrs = [":" + name + "_header"],
        visibility = visibility,
        testonly = testonly,
        deps = ["@debian//:absl"],
    )
