#!/usr/bin/env python3
"""Accuracy of `learn fit` on the measured tables: rows held out at random, and whole models or GPUs left out.

    python3 bench/learn-tables.py PROGRAM TABLES [--only NAME] [--kind rows|groups]

PROGRAM is the built `rapidtuner.dll`, TABLES the folder of CSV files. Splits are made here, by a fixed seed; the program fits
one part and scores the other. Prints one Markdown table per kind of split.
"""
import csv, json, math, os, random, subprocess, sys, tempfile

TRAINERS = ["physics", "histogram", "physics+histogram"]

# name, file, target, columns that are results too, rows to take, group left out
TASKS = [
    ("share, tp 1", "sm-share-latency.csv", "latency_ms", [], lambda r: r["tp_gpus"] == "1", None),
    ("share, all tp", "sm-share-latency.csv", "latency_ms", [], None, None),
    ("gemm", "gemm.csv", "latency_ms", [], None, "gpu"),
    ("attention-prefill", "attention-prefill.csv", "latency_ms", [], None, "gpu"),
    ("attention-decode", "attention-decode.csv", "latency_ms", [], None, "gpu"),
    ("attention-mixed", "attention-mixed.csv", "latency_ms", [], None, "model"),
    ("layer-ops", "layer-ops.csv", "latency_ms", [], None, "model"),
    ("end-to-end", "end-to-end.csv", "batch_latency_s", ["throughput_total_tok_per_s", "ttft_ms", "tpot_ms"], lambda r: r["batch_latency_s"], "model"),
    ("interference", "interference.csv", "corun_us", ["corun_over_solo"], None, None),
    ("share, tp 2 to 8", "sm-share-latency.csv", "latency_ms", [], lambda r: r["tp_gpus"] != "1", "model"),
]
GROUPS_MAX = 3


def read(path, keep):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    return [r for r in rows if keep is None or keep(r)]


def write(path, rows, drop):
    names = [n for n in rows[0] if n not in drop]
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def run(program, *args):
    done = subprocess.run(["dotnet", program, *args, "--json"], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(args)}\n{done.stderr}")
    return json.loads(done.stdout)


def score(program, folder, train, held, task, trainer, group=None):
    _, _, target, drop, _, _ = task
    fit, test, model = (os.path.join(folder, n) for n in ("fit.csv", "test.csv", "m.model"))
    write(fit, train, drop)
    write(test, held, drop)
    run(program, "learn", "fit", "--table", fit, "--target", target, "--trainer", trainer, "--out", model, *(["--group", group] if group else []))
    return run(program, "learn", "eval", "--model", model, "--table", test)


def floor(rows, target):
    """Mean error of the best falling curve through the measured points themselves (pool adjacent violators on logarithms)."""
    curves = {}
    for r in rows:
        curves.setdefault(tuple(v for k, v in r.items() if k not in ("sm_share", target)), []).append((float(r["sm_share"]), float(r[target])))
    apes = []
    for curve in curves.values():
        blocks = []
        for _, t in sorted(curve):
            blocks.append([math.log(t), 1])
            while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] < blocks[-1][0] / blocks[-1][1]:
                last = blocks.pop()
                blocks[-1][0] += last[0]
                blocks[-1][1] += last[1]
        fit = [math.exp(b[0] / b[1]) for b in blocks for _ in range(b[1])]
        apes += [abs(f / t - 1) for f, (_, t) in zip(fit, sorted(curve))]
    return sum(apes) / len(apes)


def twins(rows, target, solo):
    """What measurements of the same thing differ by: rows of one kernel whose columns agree to 1 % and one percentage point.

    Returns their number, the mean error of the best factor over `solo` for each set of twins in hindsight, and that of the best factor of a row's twins alone.
    """
    def alike(a, b):
        return a["victim_kernel"] == b["victim_kernel"] and abs(math.log(float(a[solo]) / float(b[solo]))) < 0.01 and all(
            abs(float(a[k]) - float(b[k])) < step for k, step in (("overlap_ratio", 0.01), ("solo_dram_pct", 1), ("solo_compute_pct", 1), ("solo_l2_hit_pct", 1)))

    def best(factors):
        return min(factors, key=lambda x: sum(abs(x / f - 1) for f in factors))

    sets = []
    for r in rows:
        near = [s for s in sets if any(alike(r, other) for other in s)]
        sets = [s for s in sets if s not in near] + [[r] + [other for s in near for other in s]]
    hindsight, told = [], []
    for factors in ([float(r[target]) / float(r[solo]) for r in s] for s in sets if len(s) > 1):
        hindsight += [abs(best(factors) / f - 1) for f in factors]
        told += [abs(best(factors[:i] + factors[i + 1:]) / f - 1) for i, f in enumerate(factors)]
    return len(hindsight), sum(hindsight) / len(hindsight), sum(told) / len(told)


def binomial(share, n):
    """Wilson's 95 % interval."""
    z = 1.96
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return f"{middle - half:.1%} to {middle + half:.1%}"


def main():
    program, tables = sys.argv[1:3]
    only = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else ""
    kind = sys.argv[sys.argv.index("--kind") + 1] if "--kind" in sys.argv else ""
    tasks = [t for t in TASKS if only in t[0]]
    with tempfile.TemporaryDirectory() as folder:
        print("| one row in five held out | rows | physics MAPE | trees MAPE | both MAPE | both median | 90 % interval holds | its 95 % interval | mean width |")
        print("|---|---|---|---|---|---|---|---|---|")
        for task in tasks:
            if task[0] == "share, tp 2 to 8" or kind == "groups":
                continue
            rows = read(os.path.join(tables, task[1]), task[4])
            order = list(range(len(rows)))
            random.Random(1).shuffle(order)
            held = set(order[: len(rows) // 5])
            train, test = [r for i, r in enumerate(rows) if i not in held], [r for i, r in enumerate(rows) if i in held]
            s = [score(program, folder, train, test, task, trainer) for trainer in TRAINERS]
            both = s[2]
            note = f" (isotonic floor {floor(rows, task[2]):.2%})" if "share" in task[0] else ""
            if task[0] == "interference":
                note = " ({} of {} rows have twins: {:.1%} in hindsight, {:.1%} from the others)".format(*(lambda t: (t[0], len(rows), t[1], t[2]))(twins(rows, task[2], "solo_us")))
            print(f"| {task[0]}{note} | {both['rows']} | {s[0]['mape']:.2%} | {s[1]['mape']:.2%} | {both['mape']:.2%} | {both['median_ape']:.2%} | {both['coverage']:.1%} "
                  f"| {binomial(both['coverage'], both['rows'])} | {both['mean_width']:.1%} |", flush=True)
        print()
        print("| whole group left out | group | rows | MAPE | median | 90 % interval holds | its 95 % interval | mean width |")
        print("|---|---|---|---|---|---|---|---|")
        for task in tasks:
            if task[5] is None or kind == "rows":
                continue
            rows = read(os.path.join(tables, task[1]), task[4])
            sizes = {}
            for r in rows:
                if r[task[5]]:
                    sizes[r[task[5]]] = sizes.get(r[task[5]], 0) + 1
            for name in sorted(sizes, key=lambda n: (-sizes[n], n))[:GROUPS_MAX]:
                test = [r for r in rows if r[task[5]] == name]
                train = [r for r in rows if r[task[5]] != name]
                if len(sizes) < 2:
                    continue
                s = score(program, folder, train, test, task, "physics+histogram", task[5])
                print(f"| {task[0]} | {name} | {s['rows']} | {s['mape']:.2%} | {s['median_ape']:.2%} | {s['coverage']:.1%} | {binomial(s['coverage'], s['rows'])} | {s['mean_width']:.1%} |", flush=True)


main()
