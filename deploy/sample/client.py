#!/usr/bin/env python3
"""Sends a price and a signal to a node over NATS, prints the answer and the approval: what a trading engine does, with
nothing but Python. The node's outputs must be JSON, as deploy/sample/riskd.toml has it.

usage: client.py [HOST:PORT [COMPANY/USER [SYMBOL PRICE]]]    default: 127.0.0.1:4222 sector-1/u00003 AUDUSD 0.643
"""
import json
import os
import socket
import sys
import time

given = sys.argv[1:]
host, port = (given[0] if given else "127.0.0.1:4222").split(":")
tenant = (given[1] if len(given) > 1 else "sector-1/u00003").replace("/", ".")
symbol, price = (given[2], float(given[3])) if len(given) > 3 else ("AUDUSD", 0.643)
unique = os.urandom(8).hex()
batch = {"batch_id": f"b-{unique}", "company_id": tenant.split(".")[0], "user_id": tenant.split(".")[1],
         "correlation_id": f"c-{unique}",
         "trading_signals": [{"signal_id": f"s-{unique}", "symbol": symbol, "side": "BUY", "strategy_id": "example",
                              "strategy_type": "TREND_FOLLOWING", "confidence": 0.6, "requested_notional": 500}]}


def publish(subject, message, reply=""):
    body = json.dumps(message).encode()
    # Risk-Reply-To: a stream does not keep the reply subject of a request. It must begin with _INBOX.
    head = "NATS/1.0\r\nContent-Type: application/json\r\n" + (f"Risk-Reply-To: {reply}\r\n" if reply else "") + "\r\n"
    nats.sendall(f"HPUB {subject} {len(head)} {len(head) + len(body)}\r\n{head}".encode() + body + b"\r\n")


with socket.create_connection((host, int(port)), timeout=10) as nats, nats.makefile("rb") as lines:
    nats.sendall(f'CONNECT {{"verbose":false,"headers":true}}\r\nSUB _INBOX.{unique} 1\r\n'
                 f"SUB risk.approved.{tenant} 2\r\n".encode())
    publish(f"market.ticks.{symbol}", {"symbol": symbol, "last": price, "at_ms": int(time.time() * 1000)})
    time.sleep(0.3)  # a view of the market is made at most each 100 ms
    publish(f"trading.signals.{tenant}", batch, f"_INBOX.{unique}")
    waiting = {"answer", "approval"}
    while waiting:
        words = lines.readline().split()
        if words[:1] == [b"PING"]:
            nats.sendall(b"PONG\r\n")
        if words[:1] != [b"HMSG"]:
            continue
        data = lines.read(int(words[-1]))
        message = json.loads(data[int(words[-2]):])
        if words[1].startswith(b"_INBOX."):
            for one in message["assessments"]:
                print(one["approval_status"], one["reason_code"] or one["position_sizing"]["method_used"])
            if all(one["approval_status"] == "REJECTED" for one in message["assessments"]):
                break
            waiting.discard("answer")
        elif message["signal"]["signal_id"] == f"s-{unique}":  # everybody's approvals of this tenant come here
            print("approved:", message["final_quantity"], symbol, "id", message["id"])
            waiting.discard("approval")
