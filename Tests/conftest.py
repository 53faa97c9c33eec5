"""What the suites share: hosts, servers, and programs that stand in for a client where a fault needs one."""

import pytest

from browser import Browser, Person
from device import Device
from gateway import Gateway
from server import Server


@pytest.fixture(scope="session")
def gateway(tmp_path_factory):
    gateway = Gateway(tmp_path_factory.mktemp("gateway"))
    yield gateway
    gateway.stop()


@pytest.fixture
def serve(tmp_path):
    """Starts servers that end with the test, in good order: exit 0 and no child left."""
    servers = []

    def start(*options, **configuration):
        folder = tmp_path / f"server{len(servers)}"
        folder.mkdir()
        server = Server(folder, *options, **configuration)
        servers.append(server)
        return server

    yield start
    for server in servers:
        if server.process.poll() is None:
            assert server.stop() == 0, server.log.read_text()[-3000:]


@pytest.fixture
def serve_program(serve, tmp_path):
    """Starts a server whose telnet client is a script: what it does, a host could make telnet do."""

    def start(script, *options, ports=(23,), user=None, **configuration):
        program = tmp_path / "program"
        program.write_text(script)
        program.chmod(0o755)
        configuration.setdefault("limits", {"perVisitor": 1000, "perAddress": 1000, "openPerMinute": 100000})
        return serve(
            *options, clients={"telnet": str(program)} | ({"user": user} if user else {}),
            targets=[{"name": "program", "host": "127.0.0.1", "telnet": {"ports": [*ports], "users": ["*"]}}],
            **configuration)

    return start


@pytest.fixture
def device():
    devices = []

    def start(greeting=b"", **kind):
        devices.append(Device(greeting, **kind))
        return devices[-1]

    yield start
    for each in devices:
        each.close()


@pytest.fixture(scope="session")
def browser():
    browser = Browser()
    yield browser
    browser.stop()


@pytest.fixture
def person(browser):
    """A person with a browser of their own, whose console stays silent."""
    person = Person(browser)
    yield person
    person.close()
    assert person.complaints == []
