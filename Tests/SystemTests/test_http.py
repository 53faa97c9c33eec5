"""HTTP as browsers, proxies and attackers see it."""

import gzip
import re
import socket
import time

import pytest

TARGETS = [
    {"name": "first", "host": "127.0.0.1", "ssh": {"ports": [22, "6000-6010"], "users": ["alice", "ops-*"]}},
    {"name": "second", "host": "127.0.0.1", "telnet": {"ports": [23]}, "title": "The <second> & last"},
]


@pytest.fixture
def server(serve):
    return serve(targets=TARGETS)


@pytest.mark.parametrize(
    "path, status",
    [
        ("/", 200), ("/healthz", 200), ("/metrics", 200), ("/static/js/terminal-page.js", 200),
        ("/remote/ssh/alice/22", 200), ("/remote/first/ssh/ops-1/6005", 200), ("/remote/second/telnet/any/23", 200),
        ("/remote/ssh/alice/22?a=b", 200),
        ("/nothing", 404), ("/remote/ftp/alice/22", 404), ("/remote/third/ssh/alice/22", 404),
        ("/static/nothing", 404), ("/static/../Package.swift", 404), ("/static/%2e%2e/Package.swift", 404),
        ("/static//etc/passwd", 404), ("/static/pages/terminal.html", 404), ("/static/", 404), ("/config", 404),
        ("/webtermd.json5", 404), ("/static/js/../../Package.swift", 404),
        ("/remote/ssh/-oProxyCommand=x/22", 400), ("/remote/ssh/a%20b/22", 400), ("/remote/ssh/a%00/22", 400),
        ("/remote/ssh/..%2f/22", 400), ("/remote/ssh/" + "a" * 300 + "/22", 400), ("/remote/ssh/%66%2d%66%20/22", 400),
        ("/remote/ssh/alice/0", 400), ("/remote/ssh/alice/65536", 400), ("/remote/ssh/alice/abc", 400),
        ("/remote/ssh/alice/022", 400), ("/remote/ssh/%zz/22", 400),
        ("/remote/ssh/bob/22", 403), ("/remote/ssh/alice/23", 403), ("/remote/telnet/alice/23", 403),
    ],
)
def test_each_address_has_its_status(server, path, status):
    response, _ = server.request(path)
    assert response.status == status


def test_errors_are_pages_for_browsers_and_text_for_others(server):
    response, body = server.request("/remote/ssh/bob/22", Accept="text/html,*/*")
    assert response.headers["Content-Type"].startswith("text/html") and b"is not allowed here" in body
    response, body = server.request("/remote/ssh/bob/22", Accept="*/*")
    assert response.headers["Content-Type"].startswith("text/plain") and b"is not allowed here" in body


@pytest.mark.parametrize("path", ["/", "/nothing", "/static/js/connection/channel.js", "/healthz", "/remote/ssh/alice/22"])
def test_every_response_carries_the_guards(server, path):
    response, _ = server.request(path)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self';" in policy and "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Frame-Options"] == "DENY"


def test_the_cookie_is_a_visitor_s_own(server):
    response, _ = server.request("/remote/ssh/alice/22")
    cookie = response.headers["Set-Cookie"]
    name, value = cookie.split(";")[0].split("=")
    assert name == "webterm" and len(bytes.fromhex(value)) == 16
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie and "Secure" not in cookie
    again, _ = server.request("/remote/ssh/alice/22", Cookie=f"webterm={value}")
    assert "Set-Cookie" not in again.headers
    chosen, _ = server.request("/remote/ssh/alice/22", Cookie="webterm=" + "ab" * 16)
    assert "ab" * 16 not in chosen.headers["Set-Cookie"]


def test_over_https_the_cookie_is_another_one_that_only_this_host_can_set(server):
    def over_https(cookie=None):
        response, _ = server.request("/remote/ssh/alice/22", X_Forwarded_Proto="https", **({"Cookie": cookie} if cookie else {}))
        return response.headers.get("Set-Cookie")

    plain = server.request("/remote/ssh/alice/22")[0].headers["Set-Cookie"].split(";")[0].split("=")[1]
    # What was given out in clear may have been read, or planted, on the way.
    for name in ("webterm", "__Host-webterm"):
        given = over_https(f"{name}={plain}")
        assert given.startswith("__Host-webterm=") and plain not in given
        assert "; Secure" in given and "; Path=/;" in given and "Domain" not in given
    secret = given.split(";")[0].split("=")[1]
    assert over_https(f"__Host-webterm={secret}") is None
    # And back: it is not known in clear.
    assert "Set-Cookie" in server.request("/remote/ssh/alice/22", Cookie=f"webterm={secret}")[0].headers


def test_files_are_cached_by_tag_and_compressed_where_it_is_accepted(server):
    plain, body = server.request("/static/vendor/xterm.js")
    assert plain.headers["Content-Type"].startswith("text/javascript") and plain.headers["Cache-Control"] == "no-cache"
    packed, packed_body = server.request("/static/vendor/xterm.js", Accept_Encoding="br, gzip")
    assert packed.headers["Content-Encoding"] == "gzip" and len(packed_body) < len(body) / 3
    assert gzip.decompress(packed_body) == body
    assert "Accept-Encoding" in packed.headers["Vary"] and packed.headers["ETag"] != plain.headers["ETag"]
    refused, _ = server.request("/static/vendor/xterm.js", Accept_Encoding="gzip;q=0")
    assert "Content-Encoding" not in refused.headers
    known, nothing = server.request("/static/vendor/xterm.js", If_None_Match=f'"x", W/{plain.headers["ETag"]}')
    assert known.status == 304 and nothing == b"" and known.headers["ETag"] == plain.headers["ETag"]
    # A length here would be that of the body which it does not have.
    assert "Content-Length" not in known.headers


def test_head_is_get_without_body(server):
    get, body = server.request("/")
    head, nothing = server.request("/", method="HEAD")
    assert head.status == 200 and nothing == b"" and head.headers["Content-Length"] == str(len(body))


def test_other_methods_are_told_which_are_allowed(server):
    for method in ("POST", "OPTIONS", "BREW"):
        response, _ = server.request("/", method=method)
        assert response.status == 405 and response.headers["Allow"] == "GET, HEAD"


def test_pipelined_requests_are_answered_in_order_on_one_connection(server):
    requests = b"".join(
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        for path in ["/healthz", "/static/vendor/xterm.js", "/nothing", "/static/vendor/xterm.css"] * 20
    )
    answer = server.raw(requests + b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    statuses = []
    while answer:
        head, _, rest = answer.partition(b"\r\n\r\n")
        statuses.append(int(head.split()[1]))
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
        answer = rest[length:]
    assert statuses == [200, 200, 404, 200] * 20 + [200]


@pytest.mark.parametrize(
    "request_bytes, status",
    [
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\nHost: localhost\n\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX : y\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n folded: y\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello", 413),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 413),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 9000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 101 + b"\r\n", 431),
        (b"GET / HTTP/2.0\r\nHost: localhost\r\n\r\n", 505),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1:80/\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: user@127.0.0.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: [::1].evil.example\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost:80:80\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost, evil.example\r\n\r\n", 400),
        (b"GET http://user@localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nOrigin: http://evil.example\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic YTpi\r\nAuthorization: Basic YTpi\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 421),
    ],
)
def test_what_is_wrong_is_refused_and_the_connection_closed(server, request_bytes, status):
    answer = server.raw(request_bytes)
    assert int(answer.split()[1]) == status
    if status != 421:
        assert len(re.findall(rb"HTTP/1\.1 \d", answer)) == 1 and b"Connection: close" in answer


def test_a_slow_request_is_cut_off_and_a_silent_connection_closed(serve):
    server = serve(targets=TARGETS, timeouts={"handshake": 0.5})
    start = time.monotonic()
    with socket.create_connection((server.host, server.port)) as slow, socket.create_connection(
        (server.host, server.port)) as silent:
        slow.settimeout(10)
        silent.settimeout(10)
        slow.sendall(b"GET / HTTP/1.1\r\nHost:")
        answer = b""
        while piece := slow.recv(4096):
            answer += piece
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert silent.recv(1) == b""
    assert time.monotonic() - start < 8


def test_pages_escape_what_the_administrator_wrote(server):
    _, body = server.request("/remote/second/telnet/any/23")
    assert b"The <second>" not in body and b"The &lt;second&gt; &amp; last" in body


def test_metrics_are_for_this_machine_only(server):
    response, body = server.request("/metrics")
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert b"\nwebtermd_terminals 0\n" in body
    forwarded, _ = server.request("/metrics", X_Forwarded_For="192.0.2.1")
    assert forwarded.status == 403


def test_a_base_path_moves_everything(serve):
    server = serve(targets=TARGETS, basePath="/console/")
    response, body = server.request("/console/remote/ssh/alice/22")
    assert response.status == 200 and b'<base href="/console/">' in body
    assert "Path=/console/" in response.headers["Set-Cookie"]
    assert server.request("/remote/ssh/alice/22")[0].status == 404
    assert server.request("/console/healthz")[0].status == 200
