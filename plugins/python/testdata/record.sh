#!/bin/bash
# Records the facts of the cases here whose host this machine can be: an overlay
# over it, in namespaces of its own, with the user ada, the plan's folder /plan
# and a PATH of few programs. Needs root, Debian's Python 3.11 and no network.
#
#   plugins/python/testdata/record.sh bazel-bin/plugins/builtin/provision
#
# writes facts.textproto of each case; the goldens follow by
#   bazel run //plugins/python:python_provisioner_test -- --update_goldens
set -eu
here=$(cd "$(dirname "$0")" && pwd)

if [ "${2:-}" != inside ]; then
  exec unshare --mount --net --uts --ipc bash "$here/record.sh" "$(realpath "$1")" inside
fi
program=$1
ip link set lo up
hostname debian12
stage=$(mktemp -d)
mount -t tmpfs tmpfs "$stage"

# A fresh host at $stage/host.
enter_host() {
  mkdir "$stage"/{upper,work,host}
  mount -t overlay overlay -o "lowerdir=/,upperdir=$stage/upper,workdir=$stage/work" "$stage/host"
  mount -t proc proc "$stage/host/proc"
  mount --bind /dev "$stage/host/dev"
  mkdir -p "$stage"/host/{plan,opt/python,home/ada}
  ln -s /usr/bin/python3.11 "$stage/host/opt/python/python3"
  cp "$program" "$stage/host/opt/provision"
  echo 0123456789abcdef0123456789abcdef >"$stage/host/etc/machine-id"
  grep -v ':1000:' /etc/passwd >"$stage/host/etc/passwd"
  echo 'ada:x:1000:1000::/home/ada:/bin/sh' >>"$stage/host/etc/passwd"
  chown 1000:1000 "$stage"/host/{plan,home/ada}
}

leave_host() {
  umount "$stage"/host/{dev,proc} "$stage/host"
  rm -r "$stage"/{upper,work,host}
}

# record CASE [VARIABLE=VALUE...]: as the user ada.
record() {
  local case=$here/$1
  shift
  {
    printf 'name: "recorded" step { name: "step" [provision.python] {\n'
    cat "$case/config.textproto"
    printf '} }\n'
  } >"$stage/host/plan/plan.textproto"
  chroot "$stage/host" /usr/bin/setpriv --reuid=1000 --regid=1000 --clear-groups \
    /usr/bin/env -i -C /plan HOME=/home/ada USER=ada PATH=/opt/python "$@" \
    /opt/provision facts plan.textproto --record --out /home/ada/facts
  cat "$stage/host/home/ada/facts" >"$case/facts.textproto"
  rm "$stage/host/home/ada/facts"
}

enter_host
record p1_never_built
record p18_debian_managed
leave_host

enter_host
mkdir "$stage/host/etc/uv"
echo 'python-downloads = "manual"' >"$stage/host/etc/uv/uv.toml"
record p3_downloads_manual
leave_host

enter_host
mkdir "$stage/host/plan/mirror"
echo 'not read while planning' \
  >"$stage/host/plan/mirror/cpython-3.11.7+20240107-x86_64-unknown-linux-gnu-install_only.tar.gz"
record p5_mirror_folder
leave_host

enter_host
record p5_no_mirror_no_network
record p6_network_down
leave_host

# A proxy that stands in the way of all that goes to port 80.
enter_host
echo '127.0.0.1 mirror.index.example' >"$stage/host/etc/hosts"
/usr/bin/python3.11 -c '
import socket
server = socket.create_server(("127.0.0.1", 80))
while True:
    client, _ = server.accept()
    client.recv(65536)
    client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n"
                   b"Proxy-Authenticate: Basic realm=\"proxy\"\r\nContent-Length: 0\r\n\r\n")
    client.close()
' &
proxy=$!
until (exec 3<>/dev/tcp/127.0.0.1/80) 2>/dev/null; do :; done
record p7_proxy_authentication
kill "$proxy"
leave_host

enter_host
printf '../x\n/bin/sh\r\n# a comment\n3.11.2\r\n3.12.1\n' >"$stage/host/plan/.python-version"
record p13_version_file
leave_host

enter_host
mkdir -p "$stage/host/home/ada/env/bin"
ln -s /gone/python3.11 "$stage/host/home/ada/env/bin/python"
record p16_active_environment_broken VIRTUAL_ENV=/home/ada/env
leave_host
