"""What the client sends: batches and facts of a generated sample, in order of time, each with what it is known by."""

import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Input:
    """One line, sent as often as it takes."""

    def __init__(self, number, kind, text):
        self.number, self.kind, self.text = number, kind, text
        self.at_ms = 0
        try:
            body = json.loads(text)
        except ValueError:
            return
        if not isinstance(body, dict):
            return
        report = body.get("execution_report") or body.get("account_update") or {}
        self.at_ms = int(body.get("created_at_ms") or report.get("at_ms") or 0)


def generate(folder, batches, tenants, seed):
    """Writes market, tenants and so on into the folder."""
    subprocess.run([ROOT / "scripts/generate_sample", "--out", folder, "--batches", str(batches), "--tenants",
                    str(tenants), "--seed", str(seed)], check=True, stderr=subprocess.DEVNULL)


def read(folder):
    """Facts between the batches by their time; lines that cannot be read stay behind their neighbour."""
    def of(kind, name):
        at_ms, inputs = 0, []
        for text in (folder / name).read_text().splitlines():
            if not text:
                continue
            made = Input(0, kind, text)
            at_ms = made.at_ms = made.at_ms or at_ms
            inputs.append(made)
        return inputs

    def numbered(inputs):
        """Strategies' signals go to many at a time: one who is overloaded makes the client send all of them again, much
        later than the 64 batches among which a batch without a sequence is known again."""
        sequence = 0
        for made in inputs:
            if '"batch_id"' in made.text and '"user_id"' not in made.text and made.text.endswith("}"):
                sequence += 1
                made.text = f'{made.text[:-1]},"source":"strategies","sequence":"{sequence}"}}'
        return inputs

    merged = sorted(numbered(of("batch", "signals.jsonl")) + of("fact", "commands.jsonl"), key=lambda made: made.at_ms)
    for number, made in enumerate(merged):
        made.number = number
    return merged


def arguments(folder):
    """That the node and its judge need of it."""
    return ["--market", str(folder / "market"), "--tenants", str(folder / "tenants.json"), "--companies",
            str(folder / "companies.json"), "--instruments", str(folder / "instruments.json")]
