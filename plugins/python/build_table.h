#ifndef PROVISION_PLUGINS_PYTHON_BUILD_TABLE_H_
#define PROVISION_PLUGINS_PYTHON_BUILD_TABLE_H_

// The builds of CPython that this program knows of; made by
// tools/python/make_build_table.py. Read through build_list.h.

namespace provision {

// "2026-08": the month of the newest build.
extern const char kBuildTableDate[];

// Lines of `VERSION MACHINE-LIBC BUILD/ARCHIVE SHA256`.
extern const char kBuildTable[];

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_BUILD_TABLE_H_
