"""People at one terminal: its owner, those who have a link, and operators."""

import http.client
import json

from terminal import Terminal, Visitor


class Caller(Visitor):
    """A person with a browser: with a login that a proxy vouches for, or without one."""

    def __init__(self, server, name=None, path="/remote/all/telnet/visitor/23", address=None):
        self.server, self.path, self.cookie, self.retry_after = server, path, None, None
        self.fields = ({"X-Remote-User": name} if name else {}) | ({"X-Forwarded-For": address} if address else {})

    def ask(self, path, method="GET", body=None, **fields):
        """One request of this browser's, which keeps the cookie that it is given; a field that is None is left out."""
        fields = {name.replace("_", "-"): value for name, value in fields.items()}
        fields = self.fields | ({"Cookie": self.cookie} if self.cookie else {}) | fields
        connection = http.client.HTTPConnection(self.server.host, self.server.port, timeout=10)
        try:
            connection.request(method, path, body, {name: value for name, value in fields.items() if value is not None})
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        if given := response.headers["Set-Cookie"]:
            self.cookie = given.split(";")[0]
        return response, content

    def connect(self, path=None, **options):
        return super().connect(path, headers=self.fields | options.pop("headers", {}), **options)

    def open(self, path=None, **options):
        """Opens a terminal of their own, or comes to a shared line."""
        path = path or self.path
        response, body = self.ask(path)
        assert response.status == 200, (response.status, body)
        return Terminal(self.connect(path), **options)

    def post(self, terminal, token, **fields):
        """Comes with a link's token; the status that this gets."""
        fields = {"Origin": self.server.url.rstrip("/"), "Content_Type": "text/plain"} | fields
        response, _ = self.ask(f"/watch/{terminal}", "POST", token, **fields)
        self.retry_after = response.headers["Retry-After"]
        return response.status

    def status(self, terminal):
        """What the page of a terminal gets."""
        return self.ask(f"/watch/{terminal}")[0].status

    def data(self, terminal):
        """What the page of a terminal is told."""
        response, body = self.ask(f"/watch/{terminal}", Accept="application/json")
        assert response.status == 200
        return json.loads(body)

    def watch(self, terminal, name=None, output=0, viewer=None, **options):
        """Looks at a terminal by its ID."""
        resume = {"terminal": terminal, "output": output} | ({} if viewer is None else {"viewer": viewer})
        return Terminal(self.connect(f"/watch/{terminal}"), resume=resume, name=name, **options)


def share(terminal, role="watch", seconds=600, label="support", uses=None):
    """Makes a link at a terminal, as soon as its person may make another one."""
    more = {} if uses is None else {"uses": uses}
    while True:
        terminal.say({"type": "share", "role": role, "seconds": seconds, "label": label, **more})
        terminal.pong()
        if not is_paced(terminal):
            return terminal.hear("shared")


def is_paced(terminal):
    """Whether a link was refused, since that person has made several just now; the words are forgotten."""
    refused = [each for each in terminal.messages if "too many at a time" in each.get("message", "")]
    for each in refused:
        terminal.messages.remove(each)
    return bool(refused)


def audited(server, *events):
    """What the audit log has of these events."""
    server.log_text()
    lines = map(json.loads, open(server.configuration["log"]["audit"]).read().splitlines())
    return [line for line in lines if line["event"] in events]
