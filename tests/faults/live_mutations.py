"""Damage that the verdict over a live node must find: a sound run, each time with one thing changed."""

import collections
import json
import pathlib
import shutil
import tempfile

from mutations import (approval_altered, blind, decision_doubled, decision_lost, fact_doubled, fact_lost, lines_of,
                       sequence_doubled, where)

LOG, DUMP = "client.log", "dump.tsv"


def answer_from_nowhere(lines):
    i = where(lines, lambda line: line.startswith("got ") and '"journal_position":{' in line and '"batch_id"' in line)
    place = json.loads(lines[i].split(" ", 2)[2])["journal_position"]
    lines[i] = lines[i].replace(f'"n":"{place["n"]}"', f'"n":"{int(place["n"]) + 1000000}"')


def answers_lost(lines):
    """All answers to one batch."""
    number = lines[where(lines, lambda line: line.startswith("got ") and '"batch_id"' in line)].split(" ")[1]
    lines[:] = [line for line in lines if not line.startswith(f"got {number} ")]


def order_lost(lines):
    del lines[where(lines, lambda line: line.startswith("order\t"))]


def order_doubled(lines):
    lines.append(lines[where(lines, lambda line: line.startswith("order\t"))])


def letters_lost(lines):
    i = where(lines, lambda line: line.startswith("letter\t") and "RATE_LIMIT" not in line)
    number = lines[i].rstrip("\n").split("\t")[4].split("-")[0]
    lines[:] = [line for line in lines
                if not (line.startswith("letter\t") and line.rstrip("\n").split("\t")[4].split("-")[0] == number)]


def output_dropped(messages):
    del messages[len(messages) // 2]


def last_output_dropped(messages):
    del messages[-1]


def output_altered(messages):
    subject, headers, body = messages[len(messages) // 2]
    messages[len(messages) // 2] = subject, headers, body[:-1] + bytes([body[-1] ^ 1])


def outputs_swapped(messages):
    """Two neighbours of one subject."""
    of = collections.defaultdict(list)
    for i, (subject, _, _) in enumerate(messages):
        of[subject].append(i)
    i, j = max(of.values(), key=len)[-2:]
    messages[i], messages[j] = messages[j], messages[i]


FILES = ((LOG, approval_altered, "differs"), (LOG, answer_from_nowhere, "lost"), (LOG, answers_lost, "unanswered"),
         (DUMP, decision_doubled, "twice"), (DUMP, sequence_doubled, "twice"), (DUMP, decision_lost, "lost"),
         (DUMP, fact_doubled, "twice"), (DUMP, fact_lost, "lost"), (DUMP, order_lost, "lost"), (DUMP, order_doubled, "twice"),
         (DUMP, letters_lost, "lost"))
STREAM = ((output_dropped, "gap"), (last_output_dropped, "gap"), (output_altered, "differs"), (outputs_swapped, "gap"))


def check(run, judge_files, live_pct):
    """Returns a sentence for each damage that was not found, or that was called something else."""
    faults = []

    def judge(name, change, kind, found):
        if not found.count[kind]:
            faults.append(f"self-test: {change.__name__} in {name} is not found as '{kind}': {found.faults[:2]}")
        print(f"  {change.__name__:<24} {found.faults[0][:110] if found.faults else 'NOT FOUND'}")

    for name, change, kind in FILES:
        with tempfile.TemporaryDirectory() as copy:
            copy = pathlib.Path(copy)
            for file in (LOG, DUMP):
                shutil.copy(run.folder / file, copy / file)
            lines = lines_of(copy / name)
            change(lines)
            (copy / name).write_text("".join(lines), encoding="utf-8")
            judge(name, change, kind,
                  judge_files(copy / LOG, copy / DUMP, run.messages, run.judged, run.traders.subscribers))
    for change, kind in STREAM:
        messages = list(run.messages)
        change(messages)
        judge("RISK_OUT", change, kind,
              judge_files(run.folder / LOG, run.folder / DUMP, messages, run.judged, run.traders.subscribers))
    return faults + blind(run.folder, "node/data", "--live", str(live_pct))
