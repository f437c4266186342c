"""Damage that the verdict must find: the files of a sound run, each time with one thing changed."""

import collections
import json
import pathlib
import shutil
import tempfile

import verdict


def lines_of(path):
    return path.read_text(encoding="utf-8").splitlines(keepends=True)


def where(lines, test, at=0.5):
    """The index of a line that passes, some way into the file."""
    found = [i for i, line in enumerate(lines) if test(line)]
    if not found:
        raise RuntimeError("the run is too small for the self-test")
    return found[int(len(found) * at)]


def recorded_answer(line):
    return line.startswith("got ") and '"journal_position"' in line and '"approval_status":"APPROVED"' in line


def delivered_once(lines):
    """A published line that was not published again."""
    times = collections.Counter(lines)
    return lambda line: times[line] == 1 and line.startswith('{"output":')


# Each changes the lines of one file.

def approval_altered(lines):
    i = where(lines, recorded_answer)
    lines[i] = lines[i].replace('"approval_status":"APPROVED"', '"approval_status":"REDUCED"', 1)


def answer_from_nowhere(lines):
    i = where(lines, recorded_answer)
    place = json.loads(lines[i].split(" ", 3)[3])["journal_position"]
    lines[i] = lines[i].replace(f'"n":"{place["n"]}"', f'"n":"{int(place["n"]) + 1000000}"')


def position_dropped(lines):
    """An approval that claims no record, and says something else than any record."""
    i = where(lines, recorded_answer)
    head, body = lines[i].split(" answer ", 1)
    answer = json.loads(body)
    del answer["journal_position"]
    for assessment in answer["assessments"]:
        assessment["signal_id"] += "x"
    lines[i] = f"{head} answer {json.dumps(answer, separators=(',', ':'))}\n"


def end_lost(lines):
    """The last word on an input that was sent once."""
    sent = [line.split(" ", 3)[1:3] for line in lines if line.startswith("sent ")]
    times = collections.Counter(number for _, number in sent)
    once = {tag for tag, number in sent if times[number] == 1}
    del lines[where(lines, lambda line: line.startswith("got ") and line.rstrip().endswith((" done", " applied"))
                    and line.split(" ")[1] in once)]


def fact_invented(lines):
    i = where(lines, lambda line: line.startswith("sent ") and ' fact {' in line and '"execution_id":"' in line)
    number = lines[i].split(" ", 3)[2]
    for i, line in enumerate(lines):
        if line.startswith("sent ") and line.split(" ", 3)[2] == number:
            lines[i] = line.replace('"execution_id":"', '"execution_id":"y')


def refused_after_decision(lines):
    i = where(lines, recorded_answer)
    head, body = lines[i].split(" answer ", 1)
    answer = json.loads(body)
    del answer["journal_position"]
    answer["refusal"] = "SEQUENCE_CONFLICT"
    for assessment in answer["assessments"]:
        assessment["approval_status"] = "REJECTED"
    lines[i] = f"{head} answer {json.dumps(answer, separators=(',', ':'))}\n"


def output_dropped(lines):
    del lines[where(lines, delivered_once(lines))]


def last_output_dropped(lines):
    del lines[-1]


def output_altered(lines):
    i = where(lines, lambda line: line.startswith('{"output":"approved"'))
    lines[i] = lines[i].replace('"final_size":', '"final_size":1', 1)


def outputs_swapped(lines):
    """An output of a shard before the one that precedes it."""
    once = delivered_once(lines)
    i = where(lines, lambda line: once(line) and line.startswith('{"output":"approved"'))
    shard = lines[i].split('"shard":')[1].split(",")[0]
    before = max(j for j in range(i) if f'"id":{{"shard":{shard},' in lines[j])
    lines[i], lines[before] = lines[before], lines[i]


def decision_doubled(lines):
    i = where(lines, lambda line: line.startswith("decision\t"))
    kind, shard, n, rest = lines[i].split("\t", 3)
    lines.append(f"{kind}\t{shard}\t{int(n) + 1000000}\t{rest}")


def sequence_doubled(lines):
    i = where(lines, lambda line: line.startswith("decision\t") and line.split("\t")[5] != "0")
    fields = lines[i].split("\t")
    fields[2], fields[6] = str(int(fields[2]) + 1000000), fields[6] + "-other"
    lines.append("\t".join(fields))


def decision_lost(lines):
    del lines[where(lines, lambda line: line.startswith("decision\t"))]


def fact_doubled(lines):
    lines.append(lines[where(lines, lambda line: line.startswith("fact\t"))])


def fact_lost(lines):
    del lines[where(lines, lambda line: line.startswith("fact\t"))]


MUTATIONS = (
    ("client.log", approval_altered, "differs"), ("client.log", answer_from_nowhere, "lost"),
    ("client.log", position_dropped, "lost"), ("client.log", end_lost, "unanswered"),
    ("client.log", fact_invented, "lost"), ("client.log", refused_after_decision, "differs"),
    ("outputs.jsonl", output_dropped, "gap"), ("outputs.jsonl", last_output_dropped, "gap"),
    ("outputs.jsonl", output_altered, "differs"), ("outputs.jsonl", outputs_swapped, "gap"),
    ("dump.tsv", decision_doubled, "twice"), ("dump.tsv", sequence_doubled, "twice"),
    ("dump.tsv", decision_lost, "lost"), ("dump.tsv", fact_doubled, "twice"), ("dump.tsv", fact_lost, "lost"),
)


def check(folder, judged, judge_files):
    """Returns a sentence for each damage that was not found, or that was called something else."""
    faults = []
    for name, change, kind in MUTATIONS:
        with tempfile.TemporaryDirectory() as copy:
            copy = pathlib.Path(copy)
            for file in ("client.log", "outputs.jsonl", "dump.tsv"):
                shutil.copy(folder / file, copy / file)
            lines = lines_of(copy / name)
            change(lines)
            (copy / name).write_text("".join(lines), encoding="utf-8")
            found = judge_files(copy, judged)
        if not found.count[kind]:
            faults.append(f"self-test: {change.__name__} in {name} is not found as '{kind}': {found.faults[:2]}")
        print(f"  {change.__name__:<24} {found.faults[0][:110] if found.faults else 'NOT FOUND'}")
    return faults + blind(folder)


def blind(folder, data="data", *more):
    """With every limit in the journal at half its value, what was approved must be a breach."""
    with tempfile.TemporaryDirectory() as copy:
        judged = verdict.judge(folder / "judge_journal", folder / data, pathlib.Path(copy) / "dump.tsv",
                               folder / "input", "--limits", "0.5", *more)
    found = [text for text in judged["breach"] if "chain" not in text]
    print(f"  {'limits_halved':<24} {judged['breaches']} breaches, like {found[0][:90] if found else 'NONE'}")
    return [] if found else ["self-test: approvals beyond half the limits are not found"]
