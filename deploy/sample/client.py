#!/usr/bin/env python3
"""Sends a price and a signal over NATS, prints answer and approval. client.py [HOST:PORT], default 127.0.0.1:4222"""
import json, os, socket, sys, time

host, port = (sys.argv[1] if sys.argv[1:] else "127.0.0.1:4222").split(":")
symbol, tenant, unique, seen = "AUDUSD", "sector-1.u00003", os.urandom(8).hex(), set()
signal = {"signal_id": f"s-{unique}", "symbol": symbol, "side": "BUY", "strategy_id": "example",
          "strategy_type": "TREND_FOLLOWING", "confidence": 0.6, "requested_notional": 500}
batch = {"batch_id": f"b-{unique}", "company_id": "sector-1", "user_id": "u00003", "trading_signals": [signal]}

def publish(subject, message, header=""):
    head, body = f"NATS/1.0\r\nContent-Type: application/json\r\n{header}\r\n", json.dumps(message)
    nats.sendall(f"HPUB {subject} {len(head)} {len(head + body)}\r\n{head}{body}\r\n".encode())

with socket.create_connection((host, int(port)), timeout=10) as nats, nats.makefile("rb") as lines:
    nats.sendall(f'CONNECT {{"verbose":false,"headers":true}}\r\nSUB _INBOX.{unique} 1\r\n'
                 f"SUB risk.approved.{tenant} 2\r\n".encode())
    publish(f"market.ticks.{symbol}", {"symbol": symbol, "last": 0.643, "at_ms": int(time.time() * 1000)})
    time.sleep(0.3)  # a view of the market is made at most each 100 ms
    publish(f"trading.signals.{tenant}", batch, f"Risk-Reply-To: _INBOX.{unique}\r\n")
    for words in map(bytes.split, lines):
        if words[:1] == [b"PING"]:
            nats.sendall(b"PONG\r\n")
        if words[:1] != [b"HMSG"]:
            continue
        heard = json.loads(lines.read(int(words[-1]))[int(words[-2]):])
        seen.add("answer" if "assessments" in heard else "approval")
        if "assessments" in heard:
            one = heard["assessments"][0]
            print(one["approval_status"], one["reason_code"] or one["position_sizing"]["method_used"])
            seen |= {"approval"} if one["approval_status"] == "REJECTED" else set()
        else:
            print("approved:", heard["final_quantity"], symbol, "of", heard["signal"]["signal_id"], "id", heard["id"])
        if len(seen) == 2:
            break
