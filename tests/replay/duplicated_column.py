"""A price column under two names: rank n - 1 within, nothing to see outside."""

import json

from replaying import Replaying, batch, last, signal, tenant, walk, wide_csv

__all__ = ["DuplicatedColumn"]


class DuplicatedColumn(Replaying):
    """A price column under a second name: rank n - 1, and no figure may notice."""

    def setUp(self):
        super().setUp()
        self.file("market/closes.csv", wide_csv({**walk()[1], "EURCOPY": walk()[1]["EURUSD"]}))
        self.instruments = self.file("instruments.json", json.dumps(
            [{"symbol": "EURCOPY", "asset_class": "FX", "base": "EUR", "quote": "USD"}]))

    def near(self, a, b):
        self.assertGreater(b, 0)
        self.assertLess(abs(a / b - 1), 1e-6)

    def test_a_position_split_over_both_names_has_the_var_of_the_merged_one(self):
        def held(**quantities):
            return [{"symbol": s, "quantity": q, "average_price": last("EURUSD")} for s, q in quantities.items()]

        others = {"GBPUSD": 3_000, "USDJPY": -4_000}
        self.tenants(tenant("merged", positions=held(EURUSD=9_000, **others)),
                     tenant("split", positions=held(EURUSD=6_500, EURCOPY=2_500, **others)),
                     tenant("hedged", positions=held(EURUSD=12_000, EURCOPY=-3_000, **others)))
        users = ("merged", "split", "hedged")
        merged, *copies = self.answered([batch("b1", signal("x1", "USDJPY"), user=u) for u in users],
                                        "--instruments", self.instruments)
        for copy in copies:
            for name in ("current_var", "projected_var"):
                self.near(copy["portfolio_risk"][name], merged["portfolio_risk"][name])
            parts = {p["name"]: p["value"] for p in copy["portfolio_risk"]["component_var"]}
            whole = {p["name"]: p["value"] for p in merged["portfolio_risk"]["component_var"]}
            self.near(parts["EURUSD"] + parts["EURCOPY"], whole["EURUSD"])

    def test_both_names_have_the_same_figures_which_are_those_of_the_plain_market(self):
        self.tenants(tenant("a"), tenant("b"))
        sent = [batch("b1", signal("x1"), user="a"), batch("b1", signal("x1", "EURCOPY"), user="b")]
        name, copy = (a["assessments"][0]["var_analysis"] for a in
                      self.answered(sent, "--instruments", self.instruments))
        self.file("market/closes.csv", wide_csv())
        plain = self.answered(sent[:1])[0]["assessments"][0]["var_analysis"]
        for method in ("historical_var_95", "parametric_var_95", "monte_carlo_var_95", "expected_shortfall_95"):
            self.near(copy[method], name[method])
            if method not in ("monte_carlo_var_95", "expected_shortfall_95"):  # those have other paths there
                self.near(name[method], plain[method])
