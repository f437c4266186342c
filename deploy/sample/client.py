#!/usr/bin/env python3
"""Sends one signal to a node over NATS and prints the answer: what a trading engine does, with nothing but Python.

usage: client.py [HOST:PORT [COMPANY/USER [SYMBOL]]]      default: 127.0.0.1:4222 sector-1/u00013 EURUSD
"""
import json
import os
import socket
import sys

host, port = (sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:4222").split(":")
company, user = (sys.argv[2] if len(sys.argv) > 2 else "sector-1/u00013").split("/")
unique = os.urandom(8).hex()
inbox = f"_INBOX.{unique}"
batch = {"batch_id": f"b-{unique}", "company_id": company, "user_id": user, "correlation_id": f"c-{unique}",
         "trading_signals": [{"signal_id": f"s-{unique}", "symbol": sys.argv[3] if len(sys.argv) > 3 else "EURUSD",
                              "side": "BUY", "strategy_id": "example", "strategy_type": "TREND_FOLLOWING",
                              "confidence": 0.6, "requested_notional": 500}]}
body = json.dumps(batch).encode()
# Risk-Reply-To: a stream does not keep the reply subject of a request. Without JetStream that subject does.
head = f"NATS/1.0\r\nContent-Type: application/json\r\nRisk-Reply-To: {inbox}\r\n\r\n".encode()
with socket.create_connection((host, int(port)), timeout=10) as nats, nats.makefile("rb") as lines:
    nats.sendall(b'CONNECT {"verbose":false,"headers":true}\r\nSUB %s 1\r\n' % inbox.encode())
    nats.sendall(b"HPUB trading.signals.%s.%s %s %d %d\r\n%s%s\r\n" % (
        company.encode(), user.encode(), inbox.encode(), len(head), len(head) + len(body), head, body))
    for line in lines:
        words = line.split() or [b""]  # a message ends with an empty line
        if words[0] == b"PING":
            nats.sendall(b"PONG\r\n")
        if words[0] in (b"MSG", b"HMSG"):
            data = lines.read(int(words[-1]))
            answer = json.loads(data[int(words[-2]) if words[0] == b"HMSG" else 0:])
            for one in answer.get("assessments", []):  # the stream's own confirmation has none
                print(one["approval_status"], one["reason_code"], one.get("position_sizing", {}).get("final_quantity", 0))
            if "assessments" in answer:
                break
