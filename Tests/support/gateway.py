"""Real hosts to log in to: a private sshd and a private telnetd on loopback, as this user."""

import contextlib
import getpass
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import threading

from server import eventually, free_port


def _answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


class Inetd:
    """What inetd is for: a program of its own for each connection, with the socket itself as its input and output (so that urgent
    data is what it is)."""

    def __init__(self, command):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.command = command
        self.programs = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                line, _ = self.listener.accept()
                with line:
                    self.programs.append(subprocess.Popen(self.command, stdin=line, stdout=line, stderr=line, start_new_session=True))
                self.programs = [program for program in self.programs if program.poll() is None]

    def stop(self):
        # Closing alone does not wake who waits in accept.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for program in self.programs:
            program.kill()
            program.wait()


class Gateway:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.user = getpass.getuser()
        self.ssh_port = free_port()
        self._processes = []
        # An empty home: what the account that runs the tests has in its shell's profile may talk, wait for a lock or ask.
        self.home = self.folder / "home"
        self.home.mkdir()
        self._make_keys()
        self._start_sshd()
        self._start_telnetd()
        for port in (self.ssh_port, self.telnet_port):
            eventually(lambda: _answers(port), f"the host on port {port} answers")

    def _make_keys(self):
        for name in ("host_key", "visitor_key", "other_host_key"):
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", self.folder / name], check=True)
        shutil.copy(self.folder / "visitor_key.pub", self.folder / "authorized_keys")
        public = (self.folder / "host_key.pub").read_text()
        self.known_hosts = self.folder / "known_hosts"
        self.known_hosts.write_text(f"[127.0.0.1]:{self.ssh_port} {public}")
        self.identity = self.folder / "visitor_key"

    def _start(self, arguments, log):
        with open(self.folder / log, "wb") as output:
            self._processes.append(
                subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True))

    def _start_sshd(self):
        if os.getuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)
        config = self.folder / "sshd_config"
        config.write_text(
            f"ListenAddress 127.0.0.1\nPort {self.ssh_port}\nHostKey {self.folder}/host_key\nPidFile none\n"
            f"AuthorizedKeysFile {self.folder}/authorized_keys\nStrictModes no\nUsePAM no\n"
            f"PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n"
            f"AllowUsers {self.user}\nPrintMotd no\nPrintLastLog no\nSetEnv HOME={self.home} LANG=C.UTF-8\nMaxStartups 200:30:300\nMaxSessions 200\n"
        )
        self._run_sshd(config)

    def _run_sshd(self, config):
        sshd = shutil.which("sshd") or "/usr/sbin/sshd"
        self._start([sshd, "-D", "-e", "-f", str(config)], f"{config.name}.log")

    def sshd(self, *lines):
        """Another sshd with lines of its own in front, which win; returns its port."""
        port = free_port()
        config = self.folder / f"sshd_config_{port}"
        standard = (self.folder / "sshd_config").read_text().replace(f"Port {self.ssh_port}\n", "")
        config.write_text("".join(f"{line}\n" for line in (f"Port {port}", *lines)) + standard)
        self._run_sshd(config)
        eventually(lambda: _answers(port), f"the sshd on port {port} answers")
        key = (self.folder / "host_key.pub").read_text()
        with open(self.known_hosts, "a") as known:
            known.write(f"[127.0.0.1]:{port} {key}")
        return port

    def _start_telnetd(self):
        login = self.folder / "login"
        login.write_text("#!/bin/sh\nexport LANG=C.UTF-8 PS1='telnet-host$ '\necho \"TERM=$TERM\"\nexec /bin/sh -i\n")
        login.chmod(0o700)
        self._inetd = Inetd(["/usr/sbin/telnetd", "-h", "-E", str(login)])
        self.telnet_port = self._inetd.port

    def target(self, name="demo", **ssh):
        """A target of the configuration that leads here, logged in by key."""
        return {
            "name": name, "host": "127.0.0.1",
            "ssh": {
                "ports": [self.ssh_port], "users": [self.user], "hostKeys": str(self.known_hosts),
                "identity": str(self.identity), **ssh,
            },
            "telnet": {"ports": [self.telnet_port], "users": ["*"]},
        }

    @property
    def ssh_path(self):
        return f"/remote/ssh/{self.user}/{self.ssh_port}"

    @property
    def telnet_path(self):
        return f"/remote/telnet/{self.user}/{self.telnet_port}"

    def stop(self):
        self._inetd.stop()
        for process in self._processes:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()
