"""What an administrator does at consoles: a switch's own line, and a console server in front of one."""

import subprocess

import pytest

from server import eventually, free_port, listens
from switch import Switch
from terminal import Visitor

BREAK = bytes([255, 243])


@pytest.fixture
def switch():
    switch = Switch()
    yield switch
    switch.close()


def test_a_day_at_a_switch(serve, switch):
    server = serve(targets=[{"name": "sw1", "host": "127.0.0.1", "telnet": {"ports": [switch.port], "user": False}}])
    terminal = Visitor(server, f"/remote/telnet/console/{switch.port}").terminal(cols=100, rows=30)
    terminal.expect("Password: ")
    terminal.type("secret\r")
    # What is not echoed there is not shown here.
    assert terminal.expect(r"(?s)^(.*)sw1>$").group(1) == b"\r\n"
    terminal.type("show terminal\r")
    assert terminal.expect(r"(?s)^(.*?)\r\nLength: 30 lines, Width: 100 columns\r\nsw1>").group(1) == b"show terminal"
    terminal.say({"type": "resize", "cols": 255, "rows": 12})
    terminal.type("show terminal\r")
    terminal.expect("Length: 12 lines, Width: 255 columns\r\nsw1>")
    terminal.type("show version\r")
    terminal.expect("line 11 of the version\r\n --More-- $")
    terminal.type(" ")
    terminal.expect("line 22 of the version\r\n --More-- $")
    terminal.type("q")
    terminal.expect("sw1>$")
    # A question mark and a Tab are keys at once, and a rubbed-out one leaves no trace.
    terminal.type("shwo\x7f\x7fow nothing\r")
    terminal.expect("% Unknown command")
    terminal.say({"type": "break"})
    terminal.expect("rommon 1 > $")
    terminal.type("exit\r")
    terminal.read_to_end()
    assert terminal.end["reason"] == "The host closed the connection."


class ConsoleServer:
    """A conserver whose console `rack1` leads to a device by telnet."""

    def __init__(self, folder, device):
        self.port = free_port()
        passwords = folder / "passwords"
        passwords.touch()
        config = folder / "conserver.cf"
        config.write_text(
            f"config * {{ sslrequired no; primaryport {self.port}; }}\n"
            'default * { logfile ""; timestamp ""; rw *; master localhost; }\n'
            "access * { trusted 127.0.0.1; }\n"
            f"console rack1 {{ type host; host 127.0.0.1; portbase 0; portinc 1; port {device.port}; protocol telnet; }}\n"
        )
        self.process = subprocess.Popen(
            ["/usr/sbin/conserver", "-n", "-C", config, "-M", "127.0.0.1", "-p", str(self.port), "-P", passwords],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually(lambda: listens(self.port), "the console server listens")

    def stop(self):
        self.process.terminate()
        self.process.wait()


@pytest.fixture
def console_server(device, tmp_path):
    line = device(b"rack1 login: ")
    server = ConsoleServer(tmp_path, line)
    server.line = line
    yield server
    server.stop()


def test_conserver_by_its_program_over_ssh(serve, gateway, console_server):
    port = gateway.sshd(f"ForceCommand console -M 127.0.0.1 -p {console_server.port} -l visitor rack1")
    target = gateway.target()
    target["ssh"]["ports"] = [port]
    del target["telnet"]
    terminal = Visitor(serve(targets=[target]), f"/remote/ssh/{gateway.user}/{port}").terminal()
    terminal.expect("for help")

    def is_shown():
        console_server.line.say(b"rack1 login: ")
        terminal.pong()
        return b"rack1 login: " in terminal.output

    # The program begins to show and to read a moment after it says so.
    eventually(is_shown, "what the device says is shown")
    terminal.type("alice\r")
    console_server.line.expect(b"alice\r")
    console_server.line.say(b"Password: ")
    terminal.expect("Password: $")
    # Its own command for a break, since ssh has none.
    terminal.type("\x05cl0")
    console_server.line.expect(BREAK)
    terminal.type("\x05c.")
    terminal.read_to_end()


def test_conserver_by_its_own_port(serve, console_server):
    """Its port speaks a protocol of lines, and is no telnet: a raw line."""
    def terminal_at(port):
        server = serve(targets=[{"name": "console", "host": "127.0.0.1", "telnet": {
            "ports": [port], "mode": "raw", "enter": "crlf", "break": "^Ecl0"}}])
        terminal = Visitor(server, f"/remote/telnet/visitor/{port}").terminal()
        terminal.expect("ok\r\n")
        terminal.type("login visitor\r")
        terminal.expect("ok\r\n")
        terminal.type("call rack1\r")
        return terminal

    port = int(terminal_at(console_server.port).expect(r"^@?(\d+)\r\n").group(1))
    terminal = terminal_at(port)
    terminal.expect("attached")
    # Its output begins when it is asked for.
    terminal.type("\x05c;")
    terminal.type("show\r")
    console_server.line.expect(b"show\r")
    console_server.line.say(b"shown")
    terminal.expect("shown")
    terminal.say({"type": "break"})
    console_server.line.expect(BREAK)
