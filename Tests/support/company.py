"""Others at a terminal, as a server tells of them: stands between a page and a real server, so that what a page makes of
each message can be tried one at a time."""

import json
import re

from server import eventually


# What the server says of viewers, and what it is told of them: both are this one's here.
SAID = {"viewers", "role", "asked", "denied", "size", "note", "shared", "links"}
TOLD = {"control", "give", "deny", "release", "sees", "note", "share", "unshare", "links"}


def kind(message):
    return json.loads(message)["type"] if isinstance(message, str) else "bytes"


class Company:
    """Makes of a page's channel one in which viewers are told of. The page is the first of them."""

    def __init__(self, page, role="type", size=None, address="/remote/"):
        self._role, self._size = role, size
        self._route = None
        self.told = []
        page.route_web_socket(re.compile(re.escape(address)), self._opened)
        self._page = page

    def _opened(self, route):
        self._route = route
        server = route.connect_to_server()
        route.on_message(lambda message: self._from_page(message, server))
        server.on_message(lambda message: None if kind(message) in SAID else route.send(self._changed(message)))

    def _from_page(self, message, server):
        if isinstance(message, str):
            self.told.append(json.loads(message))
        elif self._role == "watch":
            self.told.append({"type": "input", "bytes": message})
            return
        if kind(message) not in TOLD:
            server.send(message)

    def _changed(self, message):
        if not isinstance(message, str) or '"welcome"' not in message:
            return message
        welcome = json.loads(message)
        hello = self.told[0]
        cols, rows = self._size or (hello["cols"], hello["rows"])
        return json.dumps(welcome | {"viewer": 1, "turn": 0, "role": self._role, "cols": cols, "rows": rows})

    def say(self, **message):
        """Says something to the page, as the server does."""
        if message["type"] == "role":
            self._role = message["role"]
            message = {"turn": 1, "by": "bob", "input": 0, "room": 60_000} | message
        self._route.send(json.dumps(message))

    def print(self, data):
        """Output, as if the host had said it."""
        self._route.send(data)

    def viewers(self, *others, begun=0, who="alice", sees=True):
        """Tells who is here: the page as `who`, and others as (number, who, role)."""
        def one(viewer, who, role, sees=True):
            return {"viewer": viewer, "who": who, "role": role, "since": 60, "cols": 100, "rows": 30, "sees": sees}
        self.say(type="viewers", begun=begun, viewers=[one(1, who, self._role, sees), *(one(*each) for each in others)])

    def wait_told(self, **wanted):
        """Waits until the page has said such a message, and returns it."""
        def found():
            self._page.evaluate("true")
            return next((each for each in self.told if wanted.items() <= each.items()), None)
        return eventually(found, lambda: f"the page says {wanted}: {self.told}")
