"""Answers kept in memory, as an ASGI application around another one."""

import asyncio
import hashlib
import time
import zlib

from .visit import matches, read_max_age, read_visit

MAX_BODY = 2_000_000
# Below this, gzip saves no packet.
MIN_ZIPPED = 1_000
# In place of an answer that may not be kept: nobody waits for another's.
UNKEPT, UNKEPT_SIZE = object(), 500
# What an answer takes besides its bytes: objects, headers twice.
OVERHEAD = 4_000
REPLACED = (b"content-length", b"vary", b"date")
HIT, MISS = (b"cache-status", b"datasette; hit"), (b"cache-status", b"datasette; fwd=miss; stored")


def gzip(body):
    compressor = zlib.compressobj(6, zlib.DEFLATED, 31)
    return compressor.compress(body) + compressor.flush()


class Answer:
    """A status 200: its bytes, once as they are and once in gzip. It expires, or stays when `seconds` is None."""

    def __init__(self, body, headers, seconds):
        vary = [part.strip() for name, value in headers if name.lower() == b"vary" for part in value.split(b",")]
        if b"accept-encoding" not in [part.lower() for part in vary]:
            vary.append(b"Accept-Encoding")
        rest = [(name, value) for name, value in headers if name.lower() not in REPLACED]
        self.headers = [*rest, (b"vary", b", ".join(vary))]
        self.born = time.monotonic()
        self.seconds = seconds
        self.tag = hashlib.blake2b(body, digest_size=16).hexdigest().encode()
        self.plain = body, self._describe(body, b'"%s"' % self.tag)
        self.zipped = None
        self.weighed = False

    def _describe(self, body, etag, *more):
        return etag, [*self.headers, (b"content-length", b"%d" % len(body)), (b"etag", etag), *more]

    async def zip(self):
        """The gzip of the body, made once, beside the loop; the body itself where that is no smaller."""
        if self.zipped is None:
            self.zipped = asyncio.ensure_future(self._zip())
        return await asyncio.shield(self.zipped)

    async def _zip(self):
        body = self.plain[0]
        small = await asyncio.get_running_loop().run_in_executor(None, gzip, body) if len(body) >= MIN_ZIPPED else body
        if len(small) >= len(body):
            return self.plain
        return small, self._describe(small, b'"%s-gzip"' % self.tag, (b"content-encoding", b"gzip"))

    def size(self):
        zipped = self.zipped.result()[0] if self.zipped is not None and self.zipped.done() else b""
        return len(self.plain[0]) + len(zipped) + OVERHEAD

    def age(self):
        return time.monotonic() - self.born

    async def send(self, visit, send, status):
        """To one visitor: in the encoding asked for, without a body for HEAD or for who has it (304)."""
        body, (etag, headers) = await self.zip() if visit.zipped else self.plain
        more = [status] if self.seconds is None else [status, (b"age", b"%d" % self.age())]
        if visit.seen and matches(visit.seen, etag):
            kept = [(name, value) for name, value in headers if name.lower() not in (b"content-length", b"content-type")]
            await send({"type": "http.response.start", "status": 304, "headers": kept + more})
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.start", "status": 200, "headers": headers + more})
        await send({"type": "http.response.body", "body": b"" if visit.head else body})


class Recording:
    """Takes what the application sends. What may be kept is held back until it is whole; all else goes through at once."""

    def __init__(self, visit, send, give_up):
        self._head, self._send, self._give_up = visit.head, send, give_up
        self._start = None
        self._passes = False
        self.max_age, self.headers, self.body = 0, [], None

    async def __call__(self, message):
        if self._passes:
            await self._pass(message)
        elif message["type"] == "http.response.start":
            self.headers = [(bytes(name), bytes(value)) for name, value in message.get("headers", [])]
            self.max_age = read_max_age(message["status"], self.headers)
            self._start = message
            if self.max_age == 0:
                await self._pass_on()
        elif message.get("more_body") or len(message.get("body", b"")) > MAX_BODY:
            await self._pass_on()
            await self._pass(message)
        else:
            self.body = bytes(message.get("body", b""))

    async def _pass_on(self):
        self._passes = True
        self._give_up()
        await self._send(self._start)

    async def _pass(self, message):
        # A HEAD was asked for as GET.
        await self._send({**message, "body": b""} if self._head and message["type"] == "http.response.body" else message)


class KeptAnswers:
    """
    The ASGI application: answers from `kept`, or asks `app` and keeps what `policy` lets it. Visitors at the same missing
    page wait for the first of them (`flights`: key → future of the answer, or of None where it is not to be kept).
    """

    def __init__(self, app, policy, kept, flights):
        self.app, self.policy, self.kept, self.flights = app, policy, kept, flights

    async def __call__(self, scope, receive, send):
        visit = read_visit(scope) if self.policy.is_on() else None
        if visit is None:
            return await self.app(scope, receive, send)
        answer = self._find(visit.key)
        if answer is None and visit.key in self.flights:
            answer = await asyncio.shield(self.flights[visit.key])
        if answer is None:
            return await self._ask(visit, scope, receive, send)
        await answer.send(visit, send, HIT)
        self._weigh(visit, answer)

    def _find(self, key):
        answer = self.kept.get(key)
        if answer is None or answer is UNKEPT:
            return None
        if answer.seconds is not None and answer.age() >= answer.seconds:
            self.kept.drop(key)
            return None
        return answer

    def _weigh(self, visit, answer):
        """Counts the gzip too, once it is there."""
        if visit.zipped and not answer.weighed and self.kept.get(visit.key) is answer:
            answer.weighed = True
            self._keep(visit.key, answer, answer.size())

    def _keep(self, key, answer, size):
        self.kept.put(key, answer, size + sum(map(len, key[:3])))

    async def _ask(self, visit, scope, receive, send):
        question = await self.policy.look_at(visit.key)
        if question is None:
            return await self.app(scope, receive, send)
        land = self._take_off(visit.key)
        recording = Recording(visit, send, land)
        try:
            with question:
                await self.app({**scope, "method": "GET"}, receive, recording)
            if recording.body is None:
                return self._keep(visit.key, UNKEPT, UNKEPT_SIZE)
            answer = Answer(recording.body, *self.policy.judge(question, recording.max_age, recording.headers))
            self._keep(visit.key, answer, answer.size())
            land(answer)
            # As Datasette made it: gzip is for who comes after.
            visit.zipped = False
            await answer.send(visit, send, MISS)
        finally:
            land()

    def _take_off(self, key):
        """Makes others wait for the answer, and gives the function that ends it: with the answer, or None where there is none to share."""
        if key in self.flights or self.kept.get(key) is UNKEPT:
            return lambda answer=None: None
        flight = self.flights[key] = asyncio.get_running_loop().create_future()

        def land(answer=None):
            if not flight.done():
                del self.flights[key]
                flight.set_result(answer)

        return land
