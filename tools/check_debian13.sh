#!/bin/bash
# Sets up, builds and tests a copy of this tree in a Debian 13 root, the other system that it is for:
#
#   tools/check_debian13.sh [COMMAND...]     in the copy; tools/test by default
#
# The root is made once by mmdebstrap (docs/dependencies.md), in PROVISION_DEBIAN13 or else in the user's cache; it may be removed
# at any time. Wants root, and takes Debian from where this machine does. Exit: that of the command.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
root=${PROVISION_DEBIAN13:-${XDG_CACHE_HOME:-$HOME/.cache}/provision-debian13}
[ $# -gt 0 ] || set -- tools/test

if [ ! -e "$root/etc/os-release" ]; then
  mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
    sed -n 's/^URIs: *//p; s/^deb \(http[^ ]*\).*/\1/p' | head -1 || true)
  options=()
  for file in /etc/apt/apt.conf.d/*; do
    ! grep -q Acquire "$file" || options+=("--aptopt=$file")
  done
  mkdir -p "$root"
  mmdebstrap --mode=root --variant=minbase --include=ca-certificates "${options[@]}" trixie "$root" "$mirror"
fi

# What this machine knows about its network, and whom it trusts.
for file in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/ssl/certs/ca-certificates.crt; do
  [ ! -e "$file" ] || install -D -m 644 "$file" "$root$file"
done
mkdir -p "$root/provision"
find "$root/provision" -mindepth 1 -delete
git ls-files -z --cached --others --exclude-standard | tar --null --files-from=- --create | tar -x -C "$root/provision"

# By pivot_root: after a chroot nobody may make a user namespace, as tests and Bazel's sandbox do.
exec unshare --mount --propagation private sh -eu -c '
  root=$1
  shift
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount --rbind /dev "$root/dev"
  mkdir -p "$root/old"
  cd "$root"
  pivot_root . old
  umount -l /old
  cd /provision
  exec env -i HOME=/root USER=root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "$@"
' sh "$root" "$@"
