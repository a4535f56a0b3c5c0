"""Archives that people unpack every day, brought once a machine by the ordinary clients.

They are kept in the user's cache, for a download in each test would be a load on others.
"""

import fcntl
import glob
import hashlib
import json
import os
import pwd
import shutil
import subprocess
import tempfile
import unittest

# Small ones, pinned; both forms of some.
WHEELS = """attrs==24.2.0 certifi==2024.8.30 cffi==1.17.1 charset-normalizer==3.4.0 click==8.1.7 flask==3.1.0 idna==3.10
    jinja2==3.1.4 markupsafe==3.0.2 packaging==24.2 pip==24.3.1 pluggy==1.5.0 pygments==2.18.0 pytest==8.3.4
    python-dateutil==2.9.0.post0 pytz==2024.2 pyyaml==6.0.2 requests==2.32.3 rich==13.9.4 setuptools==75.6.0 six==1.17.0
    tqdm==4.67.1 urllib3==2.2.3 werkzeug==3.1.3 wheel==0.45.1""".split()
SOURCES = """attrs==24.2.0 certifi==2024.8.30 click==8.1.7 docopt==0.6.2 idna==3.10 markupsafe==3.0.2 packaging==24.2
    pluggy==1.5.0 python-dateutil==2.9.0.post0 requests==2.32.3 simplejson==3.19.3 six==1.17.0""".split()
NODE = """axios@1.7.9 chalk@5.4.1 commander@13.0.0 debug@4.4.0 express@4.21.2 glob@11.0.0 lodash@4.17.21 ms@2.1.3
    react@19.0.0 rimraf@6.0.1 semver@7.6.3 uuid@11.0.5 ws@8.18.0 yargs@17.7.2""".split()
# These and what they depend on.
CRATES = """anyhow=1.0.95 bitflags=2.7.0 cfg-if=1.0.0 itoa=1.0.14 libc=0.2.169 log=0.4.22 memchr=2.7.4 once_cell=1.20.2
    regex-syntax=0.8.5 serde=1.0.217 smallvec=1.13.2 thiserror=2.0.11""".split()
# Whatever version is current; each gives two archives.
DEBIAN = "base-files bash-completion ca-certificates hello hostname libjs-jquery make mime-support netbase sensible-utils".split()

SKIPPED = "the client of a registry brought nothing"


def user_home():
    return pwd.getpwuid(os.getuid()).pw_dir


def real_archives():
    """The folder of the archives."""
    recipe = json.dumps([WHEELS, SOURCES, NODE, CRATES, DEBIAN])
    cache = os.path.join(user_home(), ".cache", "provision-tests")
    os.makedirs(cache, exist_ok=True)
    folder = os.path.join(cache, "archives-" + hashlib.sha256(recipe.encode()).hexdigest()[:16])
    with open(folder + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.isdir(folder):
            fill(folder)
    return folder


def fill(folder):
    part = tempfile.mkdtemp(dir=os.path.dirname(folder))
    try:
        for bring in (bring_wheels, bring_sources, bring_node, bring_crates, bring_debian):
            with tempfile.TemporaryDirectory() as work:
                bring(part, work)
        os.chmod(part, 0o755)
        os.rename(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def call(words, work, **variables):
    """Runs a client; its configuration is the user's."""
    environment = {**os.environ, "HOME": user_home(), **variables}
    environment["PATH"] += ":" + os.path.join(user_home(), ".cargo/bin")
    try:
        done = subprocess.run(words, cwd=work, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    except FileNotFoundError as error:
        raise unittest.SkipTest(f"{SKIPPED}: {error}") from error
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
        raise unittest.SkipTest(f"{SKIPPED}: {words[0]}: {last}")


def move(pattern, folder, kind):
    for path in glob.glob(pattern):
        shutil.move(path, os.path.join(folder, f"{kind}-{os.path.basename(path)}"))


PIP = ["python3", "-m", "pip", "download", "--quiet", "--no-input", "--no-deps", "--dest", "."]


def bring_wheels(folder, work):
    call([*PIP, "--only-binary", ":all:", *WHEELS], work)
    move(work + "/*.whl", folder, "wheel")


def bring_sources(folder, work):
    names = [source.split("==")[0] for source in SOURCES]
    call([*PIP, "--no-binary", ",".join(names), *SOURCES], work)
    move(work + "/*.tar.gz", folder, "sdist")


def bring_node(folder, work):
    call(["npm", "pack", "--silent", *NODE], work)
    move(work + "/*.tgz", folder, "npm")


def bring_crates(folder, work):
    with open(os.path.join(work, "Cargo.toml"), "w", encoding="utf-8") as file:
        file.write('[package]\nname = "all"\nversion = "0.0.0"\nedition = "2021"\n[lib]\npath = "lib.rs"\n[dependencies]\n')
        for crate in CRATES:
            name, version = crate.split("=")
            file.write(f'{name} = "={version}"\n')
    open(os.path.join(work, "lib.rs"), "w").close()
    call(["cargo", "fetch", "--quiet"], work, CARGO_HOME=os.path.join(work, "home"))
    move(work + "/home/registry/cache/*/*.crate", folder, "crate")


def bring_debian(folder, work):
    call(["apt-get", "download", "--quiet", *DEBIAN], work)
    for path in glob.glob(work + "/*.deb"):
        name = os.path.basename(path).split("_")[0]
        for member, content in members_of_ar(path):
            if ".tar" in member:
                with open(os.path.join(folder, f"debian-{name}-{member}"), "wb") as file:
                    file.write(content)


def members_of_ar(path):
    """Yields (name, content)."""
    with open(path, "rb") as file:
        assert file.read(8) == b"!<arch>\n"
        while header := file.read(60):
            size = int(header[48:58])
            yield header[:16].decode().rstrip(" /"), file.read(size)
            file.seek(size % 2, os.SEEK_CUR)
