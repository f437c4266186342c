"""A node as a process with two pipes: neither side ever waits for the other, and a death is the end of its output."""

import os
import selectors
import subprocess

WAIT_S = 0.02


class NodeProcess:
    def __init__(self, command, environment, errors):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                                        env=environment)
        self._out, self._into = self.process.stdout.fileno(), self.process.stdin.fileno()
        os.set_blocking(self._out, False)
        os.set_blocking(self._into, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._out, selectors.EVENT_READ)
        self._writing = False
        self._received, self._to_send = b"", b""

    def open(self):
        return not self.process.stdin.closed

    def idle(self):
        """All that was to be sent is with the node."""
        return not self._to_send

    def send(self, text):
        self._to_send += text.encode()
        self._watch_input()

    def close_input(self):
        if not self.open():
            return
        self._to_send = b""
        self._watch_input()
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass

    def kill(self):
        self.process.kill()

    def lines(self):
        """What it said within a moment; None when it has ended and all was read. Half a line is not said."""
        said = []
        for key, _ in self._selector.select(WAIT_S):
            if key.fd == self._into:
                self._write()
                continue
            chunk = os.read(self._out, 1 << 20)
            if not chunk:
                self.close_input()
                self._selector.close()
                self.process.stdout.close()
                return None
            *lines, self._received = (self._received + chunk).split(b"\n")
            said += [line.decode() for line in lines]
        return said

    def _write(self):
        try:
            self._to_send = self._to_send[os.write(self._into, self._to_send):]
            self._watch_input()
        except BrokenPipeError:  # it is dead; what it still said is to be read
            self.close_input()

    def _watch_input(self):
        wanted = bool(self._to_send)
        if wanted == self._writing or not self.open():
            return
        self._writing = wanted
        if wanted:
            self._selector.register(self._into, selectors.EVENT_WRITE)
        else:
            self._selector.unregister(self._into)
