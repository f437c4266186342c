"""NATS' text protocol over a socket, as much of it as the tests need: publish with headers, subscribe, request."""
import json
import os
import socket
import time


class Nats:
    def __init__(self, port, timeout=10):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.buffer = b""
        self.sids = 0
        self._line()  # INFO
        self._send('CONNECT {"verbose":false,"pedantic":false,"headers":true,"no_responders":true}\r\n')
        self.flush()

    def close(self):
        self.socket.close()

    def _send(self, text):
        self.socket.sendall(text if isinstance(text, bytes) else text.encode())

    def _fill(self):
        more = self.socket.recv(65536)
        if not more:
            raise ConnectionError("the server closed the connection")
        self.buffer += more

    def _line(self):
        while b"\r\n" not in self.buffer:
            self._fill()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line.decode()

    def _bytes(self, count):
        while len(self.buffer) < count + 2:
            self._fill()
        data, self.buffer = self.buffer[:count], self.buffer[count + 2:]
        return data

    def flush(self):
        self._send("PING\r\n")
        while self._line() != "PONG":
            pass

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

    def next(self, timeout=10):
        """(subject, headers, body, reply) of the next message; None when there is none in time."""
        self.socket.settimeout(timeout)
        deadline = time.monotonic() + timeout
        try:
            while time.monotonic() < deadline:
                line = self._line()
                if line == "PING":
                    self._send("PONG\r\n")
                    continue
                words = line.split(" ")
                if words[0] not in ("MSG", "HMSG"):
                    continue
                headers, head = {}, 0
                if words[0] == "HMSG":
                    head = int(words[-2])
                data = self._bytes(int(words[-1]))
                for field in data[:head].decode().split("\r\n")[1:]:
                    if ": " in field:
                        name, value = field.split(": ", 1)
                        headers[name] = value
                plain = words[:-2] if words[0] == "HMSG" else words[:-1]
                reply = plain[3] if len(plain) > 3 else ""
                return words[1], headers, data[head:], reply
        except TimeoutError:
            pass
        return None

    def request(self, subject, body, headers=None, timeout=10):
        inbox = "_INBOX." + os.urandom(11).hex()
        self.subscribe(inbox)
        self.publish(subject, body, headers, inbox)
        return self.next(timeout)

    def request_json(self, subject, message, headers=None, timeout=10):
        answer = self.request(subject, json.dumps(message), {"Content-Type": "application/json", **(headers or {})}, timeout)
        return json.loads(answer[2]) if answer and answer[2] else None
