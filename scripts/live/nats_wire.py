"""NATS' text protocol over a socket, as much of it as the tests need: publish with headers, subscribe, request."""
import collections
import json
import os
import select
import socket
import time

Message = collections.namedtuple("Message", "subject headers body reply")


class Nats:
    def __init__(self, port, timeout=10):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()
        self.sids = 0
        self.pongs = 0
        self.came = collections.deque()
        self._send('CONNECT {"verbose":false,"pedantic":false,"headers":true,"no_responders":true}\r\n')
        self.flush(timeout)

    def close(self):
        self.socket.close()

    def _send(self, text):
        self.socket.sendall(text if isinstance(text, bytes) else text.encode())

    def _read(self, wait_s):
        """Whatever is there within a time. False: nothing."""
        if not select.select([self.socket], [], [], max(0, wait_s))[0]:
            return False
        more = self.socket.recv(1 << 18)
        if not more:
            raise ConnectionError("the server closed the connection")
        self.buffer += more
        while self._take():
            pass
        return True

    def _take(self):
        """One whole line or message out of the buffer. False: it needs more bytes."""
        end = self.buffer.find(b"\r\n")
        if end < 0:
            return False
        words = self.buffer[:end].decode().split(" ")
        begin = end + 2
        if words[0] not in ("MSG", "HMSG"):
            if words[0] == "PING":
                self._send("PONG\r\n")
            elif words[0] == "PONG":
                self.pongs += 1
            elif words[0] == "-ERR":
                raise ConnectionError(" ".join(words))
            del self.buffer[:begin]
            return True
        size = int(words[-1])
        if len(self.buffer) < begin + size + 2:
            return False
        data = bytes(self.buffer[begin:begin + size])
        del self.buffer[:begin + size + 2]
        headers, head = {}, int(words[-2]) if words[0] == "HMSG" else 0
        for line in data[:head].decode().split("\r\n"):
            name, colon, value = line.partition(": ")
            if colon:
                headers[name] = value
            elif line.startswith("NATS/1.0 "):
                headers["Status"] = line.split(" ")[1]
        plain = words[:-2] if words[0] == "HMSG" else words[:-1]
        self.came.append(Message(words[1], headers, data[head:], plain[3] if len(plain) > 3 else ""))
        return True

    def flush(self, timeout=10):
        """Until the server has seen all that was sent."""
        wanted, until = self.pongs + 1, time.monotonic() + timeout
        self._send("PING\r\n")
        while self.pongs < wanted:
            if not self._read(until - time.monotonic()) and time.monotonic() > until:
                raise TimeoutError("the server does not answer")

    def publish(self, subject, body, headers=None, reply=""):
        body = body if isinstance(body, bytes) else body.encode()
        reply = f" {reply}" if reply else ""
        if not headers:
            self._send(f"PUB {subject}{reply} {len(body)}\r\n".encode() + body + b"\r\n")
            return
        head = ("NATS/1.0\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items()) + "\r\n").encode()
        self._send(f"HPUB {subject}{reply} {len(head)} {len(head) + len(body)}\r\n".encode() + head + body + b"\r\n")

    def subscribe(self, subject):
        self.sids += 1
        self._send(f"SUB {subject} {self.sids}\r\n")
        self.flush()
        return self.sids

    def poll(self, wait_s):
        """All messages that are there, after waiting for some up to a time."""
        if not self.came:
            self._read(wait_s)
        messages = list(self.came)
        self.came.clear()
        return messages

    def next(self, timeout=10):
        """The next message; None when there is none in time."""
        until = time.monotonic() + timeout
        while not self.came and time.monotonic() < until:
            self._read(until - time.monotonic())
        return self.came.popleft() if self.came else None

    def next_at(self, subject, timeout=10):
        """The next message to a subject; those to others before it are passed over, such as repeated answers."""
        until = time.monotonic() + timeout
        while (message := self.next(until - time.monotonic())) is not None and message.subject != subject:
            pass
        return message

    def request(self, subject, body, headers=None, timeout=10):
        inbox = "_INBOX." + os.urandom(11).hex()
        self.subscribe(inbox)
        self.publish(subject, body, headers, inbox)
        return self.next(timeout)

    def request_json(self, subject, message, headers=None, timeout=10):
        answer = self.request(subject, json.dumps(message), {"Content-Type": "application/json", **(headers or {})}, timeout)
        return json.loads(answer.body) if answer and answer.body else None
