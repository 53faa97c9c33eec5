"""Visitors that log in by a name and a password, and the files that say so."""

import base64
import warnings

from terminal import Visitor

with warnings.catch_warnings():
    # It goes with Python 3.13; the system's crypt(3) through it is what the server must agree with.
    warnings.simplefilter("ignore")
    import crypt

METHODS = {"bcrypt": crypt.METHOD_BLOWFISH, "sha512": crypt.METHOD_SHA512}


def basic(name, password):
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def hashed(password, method="sha512"):
    salt = crypt.mksalt(METHODS[method], rounds=1024) if method == "bcrypt" else crypt.mksalt(METHODS[method])
    return crypt.crypt(password, salt)


class LoggedIn(Visitor):
    """A browser that has a cookie by a password."""

    def __init__(self, server, name, password, path="/remote/telnet/visitor/23"):
        self.server, self.path = server, path
        response, body = server.request(path, Authorization=basic(name, password))
        assert response.status == 200, (response.status, body)
        self.cookie = response.headers["Set-Cookie"].split(";")[0]
