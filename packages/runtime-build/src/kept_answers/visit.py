"""What is read of a request and of an answer's headers: HTTP, nothing of Datasette."""

import re

# With one of these, an answer may be for this visitor alone, or there is a body to read.
OWN_HEADERS = frozenset([b"cookie", b"authorization", b"proxy-authorization", b"transfer-encoding", b"upgrade"])
HOST = re.compile(rb"[A-Za-z0-9._\-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")
VARY_KNOWN = frozenset([b"cookie", b"authorization", b"accept-encoding"])


class Visit:
    """A request that may be answered from what is kept."""

    __slots__ = ("key", "head", "zipped", "seen")

    def __init__(self, key, head, zipped, seen):
        self.key, self.head, self.zipped, self.seen = key, head, zipped, seen


def read_visit(scope):
    """The visit of a GET or HEAD that every visitor without a cookie gets the same answer to; None for any other request."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return None
    host, encodings, seen = None, b"", b""
    for name, value in scope["headers"]:
        if name == b"host":
            if host is not None:
                return None
            host = value
        elif name == b"accept-encoding":
            encodings += b"," + value
        elif name == b"if-none-match":
            seen += b"," + value
        elif name in OWN_HEADERS or (name == b"content-length" and value != b"0"):
            return None
    path = scope.get("raw_path")
    if host is None or path is None or not HOST.fullmatch(host):
        return None
    key = path.partition(b"?")[0], scope["query_string"], host, scope.get("scheme"), scope.get("root_path")
    return Visit(key, scope["method"] == "HEAD", accepts_gzip(encodings), seen)


def accepts_gzip(encodings):
    """Whether `Accept-Encoding` names gzip, with a weight that is not 0 (RFC 9110, 12.5.3)."""
    for part in encodings.split(b","):
        coding, *parameters = (word.strip().lower() for word in part.split(b";"))
        if coding == b"gzip":
            weights = [word[2:] for word in parameters if word.startswith(b"q=")]
            return not any(re.fullmatch(rb"0(\.0*)?", weight.strip()) for weight in weights)
    return False


def matches(seen, etag):
    """Whether `If-None-Match` names the entity tag, compared weakly (RFC 9110, 13.1.2)."""
    tags = [part.strip().removeprefix(b"W/") for part in seen.split(b",")]
    return etag in tags or tags == [b"", b"*"]


def read_max_age(status, headers):
    """Seconds that an answer says it is good for; 0 where it must not be kept."""
    if status != 200:
        return 0
    directives = []
    for name, value in headers:
        name = name.lower()
        if name in (b"set-cookie", b"content-encoding", b"etag", b"content-range"):
            return 0
        if name == b"vary" and not {part.strip().lower() for part in value.split(b",")} <= VARY_KNOWN:
            return 0
        if name == b"cache-control":
            directives += [part.strip().lower() for part in value.split(b",")]
    if any(part.partition(b"=")[0] in (b"private", b"no-store", b"no-cache") for part in directives):
        return 0
    ages = [part[len(b"max-age=") :] for part in directives if part.startswith(b"max-age=")]
    return int(ages[0]) if len(ages) == 1 and re.fullmatch(rb"[0-9]{1,9}", ages[0]) else 0
