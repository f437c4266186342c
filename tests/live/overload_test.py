"""More signals than a node has room for, through a stream and without one. Arguments: riskd."""
import json

from sample_node import USER, SampleNode, main, stage

COUNT = 40
ROOM = {"in_flight_max": 1, "in_flight_per_tenant_max": 1}


def one(number):
    """Of no source: every one of them is decided, whenever its turn comes."""
    return {"batch_id": f"b{number}", "company_id": USER[0], "user_id": USER[1],
            "trading_signals": [{"signal_id": f"s{number}", "symbol": "EURUSD", "side": "BUY", "strategy_id": "trend",
                                 "strategy_type": "TREND_FOLLOWING", "confidence": 0.6,
                                 "requested_notional": 100.0 + number}]}


class Overloaded(SampleNode):
    def answers(self, reply_by_header):
        """Each inbox's answers, once all are there."""
        self.node.feed(self.nats)
        self.nats.subscribe("_INBOX.over.*")
        for number in range(COUNT):
            inbox = f"_INBOX.over.{number}"
            headers = {"Content-Type": "application/json"} | ({"Risk-Reply-To": inbox} if reply_by_header else {})
            self.nats.publish(f"trading.signals.{'.'.join(USER)}", json.dumps(one(number)), headers,
                              reply=None if reply_by_header else inbox)
        found = {}
        while len(found) < COUNT:
            message = self.nats.next()
            self.assertIsNotNone(message, f"{len(found)} of {COUNT} were answered")
            found.setdefault(message[0], []).append(json.loads(message[2]))
        return found

    def refused(self):
        return sum(float(line.rsplit(" ", 1)[1]) for line in self.node.get("/metrics")[1].splitlines()
                   if line.startswith("riskd_overload_refusals_total{"))


class ThroughAStream(Overloaded):
    SETTINGS = {"node": ROOM}

    def test_what_finds_no_room_comes_again_by_itself_and_only_the_decision_is_answered(self):
        found = self.answers(reply_by_header=True)
        self.assertGreater(self.refused(), 0, "there was room for all: nothing is shown")
        for inbox, answers in found.items():
            self.assertEqual([answer.get("refusal", "") for answer in answers], [""], inbox)
        stage.wait_for("an empty stream", lambda: not self.server.streams()["RISK_SIGNALS_IN"][0])


class WithoutOne(Overloaded):
    SETTINGS = {"node": ROOM, "nats": {"jetstream": False, "signals_in_flight_max": 1}}

    def test_what_finds_no_room_is_told_so_at_once(self):
        answers = [answer for answers in self.answers(reply_by_header=False).values() for answer in answers]
        refusals = [answer["refusal"] for answer in answers if answer.get("refusal")]
        self.assertEqual(len(answers), COUNT)
        self.assertEqual(set(refusals), {"OVERLOADED"})
        self.assertEqual(self.refused(), len(refusals))
        for answer in answers:
            if answer.get("refusal"):
                self.assertEqual(answer["assessments"][0]["approval_status"], "REJECTED")


if __name__ == "__main__":
    main()
