#!/usr/bin/env python3
"""Fits the data of `RapidTuner.Bench trainers --data FOLDER` with scikit-learn and XGBoost.

Debian: apt-get install python3-sklearn python3-xgboost
Usage: bench/trainers.py FOLDER [FEATURES] [TREES] [LEAVES] [THREADS] [ROUNDS]
"""
import os
import resource
import sys
import time

folder = sys.argv[1]
features, trees, leaves, threads, rounds = (int(v) for v in (sys.argv[2:] + ["20", "100", "31", "2", "3"][len(sys.argv) - 2:]))
os.environ["OMP_NUM_THREADS"] = str(threads)

import numpy as np  # noqa: E402 (after the number of threads)
import sklearn  # noqa: E402
import xgboost  # noqa: E402
from sklearn.ensemble import HistGradientBoostingRegressor  # noqa: E402


def read(name):
    return np.fromfile(os.path.join(folder, name))


x, y = read("x.bin").reshape(features, -1).T, read("y.bin")
x_test, y_test = read("x-test.bin").reshape(-1, features), read("y-test.bin")


def line(name, make):
    best = float("inf")
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(rounds):
        model = make()
        started = time.perf_counter()
        model.fit(x, y)
        best = min(best, time.perf_counter() - started)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held) * 1024 / (len(y) * features)
    rmse = float(np.sqrt(np.mean((model.predict(x_test) - y_test) ** 2)))
    print(f"| {name} | in fit | {best:.3f} | {rmse:.4f} | {grown:.1f} (growth of the process) |")


line(f"scikit-learn {sklearn.__version__} HistGradientBoosting", lambda: HistGradientBoostingRegressor(
    max_iter=trees, max_leaf_nodes=leaves, learning_rate=0.1, max_bins=255, min_samples_leaf=20, l2_regularization=1e-3, early_stopping=False))
line(f"XGBoost {xgboost.__version__} hist", lambda: xgboost.XGBRegressor(
    n_estimators=trees, max_leaves=leaves, max_depth=0, grow_policy="lossguide", tree_method="hist", learning_rate=0.1, max_bin=255,
    min_child_weight=20, reg_lambda=1e-3, n_jobs=threads))
