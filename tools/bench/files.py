"""Plans of N files of one line, for ours, for mise and for Ansible."""

import os
import shutil
import signal
import subprocess
import time

from tools.bench.measure import environment


class Files:
    """A folder with the same wish in three languages, and a folder where it comes true."""

    def __init__(self, folder, count, programs):
        self.folder = os.path.join(folder, f"files{count}")
        self.count = count
        self.programs = programs
        self.target = os.path.join(self.folder, "target")
        self.home = os.path.join(self.folder, "home")
        self.env = {
            **environment(self.home),
            "PROVISION_STATE_DIR": os.path.join(self.home, "state"),
            "MISE_TRUSTED_CONFIG_PATHS": self.folder,
            "MISE_OFFLINE": "1",
            "MISE_YES": "1",
            "ANSIBLE_LOCALHOST_WARNING": "False",
        }
        os.makedirs(self.home)
        self._write("plan.textproto", 'name: "files"\n' + "".join(map(self._step, range(count))))
        self._write("mise.toml", self._directory() + "".join(map(self._table, range(count))))
        self._write("play.yml", PLAY + f"    - file: {{path: {self.target}, state: directory}}\n" + self._tasks())

    def _write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def _path(self, i):
        return f"{self.target}/f{i:04}"

    def _step(self, i):
        return f'step {{ name: "f{i:04}" [provision.files] {{ file {{ path: "{self._path(i)}" content: "file {i}\\n" }} }} }}\n'

    def _directory(self):
        return f'[bootstrap.directories."{self.target}"]\nmode = "0755"\n'

    def _table(self, i):
        return f'[bootstrap.files."{self._path(i)}"]\ncontent = "file {i}\\n"\nmode = "0644"\n'

    def _tasks(self):
        return "".join(
            f'    - file: {{path: {self._path(i)}, state: touch, mode: "0644", '
            "modification_time: preserve, access_time: preserve}\n"
            for i in range(self.count)
        )

    def ours(self, command):
        return [self.programs["provision"], command, "plan.textproto"]

    def mise_plan(self):
        return [self.programs["mise"], "bootstrap", "plan"]

    def mise_apply(self):
        return [self.programs["mise"], "bootstrap", "files", "apply"]

    def ansible(self):
        return [self.programs["ansible"], "--connection=local", "--inventory=localhost,", "play.yml"]

    def forget(self):
        """As on a new host: neither the files nor anybody's state."""
        shutil.rmtree(self.target, ignore_errors=True)
        shutil.rmtree(self.home)
        os.mkdir(self.home)

    def first_action_after_kill(self):
        """Seconds from the start of the command to its first new action, after a run that was killed half-way."""
        self.forget()
        words = [*self.ours("apply"), "--json"]
        self._until_action(words, self.count // 2)
        return self._until_action(words, 1)

    def _until_action(self, words, number):
        begin = time.monotonic()
        process = subprocess.Popen(
            words, env=self.env, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        seen = 0
        for line in process.stdout:
            seen += '"actionDone"' in line or '"action_done"' in line
            if seen == number:
                break
        else:
            raise RuntimeError(f"{' '.join(words)}: ended before action {number}")
        took = time.monotonic() - begin
        process.send_signal(signal.SIGKILL)
        process.stdout.close()
        process.wait()
        return took


PLAY = """- hosts: localhost
  gather_facts: false
  tasks:
"""
