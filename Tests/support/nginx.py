"""A real nginx in front of a server, with the configuration that we hand out."""

import os
import re
import shutil
import signal
import subprocess
import tempfile

from server import ROOT, eventually, free_port


# Debian's nginx: the master reads keys and opens logs as root, the workers do everything else as this account.
ACCOUNT = "www-data"


def take_comments_in(text):
    """The lines of a file of ours that are commented out, taken in where they stand: `#   DIRECTIVE;`."""
    return re.sub(r"^( *)#   (\w.*;)$", r"\1\2", text, flags=re.MULTILINE)


class Nginx:
    """nginx with deploy/nginx/webtermd.conf, the marked lines changed as docs/deployment.md says, in its own account."""

    def __init__(self, folder, upstream, base_path="/", extra="", port=None, text=None, root=None, connections=512):
        # With a root, nginx is the one inside of it, and paths are as they are seen from there.
        self.root = root
        self.folder = folder
        self.port = port or free_port()
        certificate, key = folder / "cert.pem", folder / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
            check=True, capture_output=True)
        changes = [] if text else [("server 127.0.0.1:5000;", f"server {upstream};")]
        text = text or (ROOT / "deploy/nginx/webtermd.conf").read_text()
        changes += [
            ("console.example.com;", "localhost;"),
            ("listen 443 ssl http2;", f"listen 127.0.0.1:{self.port} ssl http2;"), ("    listen [::]:443 ssl http2;\n", ""),
            ("/etc/ssl/certs/console.example.com.pem", str(certificate)),
            ("/etc/ssl/private/console.example.com.key", str(key)),
            ("location / {", f"{extra}\n    location {base_path} {{"),
        ]
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        inside = (lambda words: words.replace(str(root), "")) if root else (lambda words: words)
        (folder / "webtermd.conf").write_text(inside(text))
        # Folders of tests are closed to other accounts; what nginx writes for itself lies elsewhere.
        self.own = tempfile.TemporaryDirectory(prefix="nginx-", dir=f"{root or ''}/tmp")
        os.chmod(self.own.name, 0o755)
        self.config = folder / "nginx.conf"
        self.config.write_text(inside(
            (f"user {ACCOUNT};\n" if os.getuid() == 0 else "") + f"daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log info;\nworker_processes 1;\n"
            f"events {{ worker_connections {connections}; }}\nhttp {{\n"
            + "".join(f"    {kind}_temp_path {self.own.name}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
            + f"    access_log {folder}/access.log;\n    include {folder}/webtermd.conf;\n}}\n"))
        self.command = [shutil.which("chroot") or "/usr/sbin/chroot", root, "/usr/sbin/nginx"] if root else [shutil.which("nginx") or "/usr/sbin/nginx"]
        self.command += ["-c", inside(str(self.config))]
        self.url = f"https://localhost:{self.port}{base_path}"
        self.certificate = certificate
        self.start()

    def check(self):
        """What `nginx -t` says of the configuration."""
        return subprocess.run([*self.command, "-t"], capture_output=True, text=True)

    def start(self):
        self.process = subprocess.Popen(self.command, stderr=subprocess.DEVNULL, start_new_session=True)
        eventually(self._answers, "nginx answers")

    def _answers(self):
        import socket
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            return True
        except OSError:
            return False

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait()

    def restart(self):
        """Stops it with everything that goes through it, and starts it again."""
        self.stop()
        self.start()

    def errors(self):
        return re.findall(r"\[(?:error|crit|alert|emerg)\].*", (self.folder / "error.log").read_text())
