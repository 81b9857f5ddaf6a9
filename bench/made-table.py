#!/usr/bin/env python3
"""A made-up log of steps of any length, for `learn fit` on tables that are too long for memory.

    python3 bench/made-table.py 10000000 > ten.csv

Eight columns, two of them texts, and a latency whose noise is even within 2 % either way.
"""
import random, sys

KINDS, DEVICES, ROWS_AT_ONCE = ["alone", "disjoint", "overlapped"], ["a", "b", "c", "d"], 20_000


def main():
    count, draw, lines = int(sys.argv[1]), random.Random(1), []
    sys.stdout.write("units,share,tokens,batch,context,kind,device,stamp_s,latency_s\n")
    for i in range(count):
        units, tokens, batch, context = draw.randrange(8, 305), draw.randrange(1, 8193), draw.randrange(1, 257), draw.randrange(0, 16385)
        kind, device = draw.randrange(3), draw.randrange(4)
        latency_s = (1e-3 + 2e-6 * tokens * 304 / units + 1e-7 * batch * context / (device + 1)) * (1 + 0.2 * kind) * (1 + 0.04 * (draw.random() - 0.5))
        lines.append("%d,%.4f,%d,%d,%d,%s,%s,%.3f,%.6g\n" % (units, units / 304, tokens, batch, context, KINDS[kind], DEVICES[device], i * 0.01, latency_s))
        if len(lines) == ROWS_AT_ONCE:
            sys.stdout.write("".join(lines))
            lines = []
    sys.stdout.write("".join(lines))


main()
