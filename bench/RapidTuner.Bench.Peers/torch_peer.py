"""A Llama in plain PyTorch: reads the task's weights, computes it once per line on stdin, answers with one JSON line each."""
import json
import sys
import time
from pathlib import Path

import numpy
import torch

folder = Path(sys.argv[1])
task = json.loads((folder / "task.json").read_text())
torch.set_num_threads(task["threads"])
flat = numpy.memmap(folder / "weights.f32", dtype=numpy.float32, mode="c")
weights, at = {}, 0
for t in task["tensors"]:
    count = t["rows"] * t["columns"]
    weights[t["name"]] = torch.from_numpy(flat[at:at + count].copy()).reshape(*([t["columns"]] if t["vector"] else [t["rows"], t["columns"]]))
    at += count
heads, kv_heads, dim = task["heads"], task["kv_heads"], task["head_dim"]
frequencies = task["theta"] ** (-torch.arange(0, dim, 2, dtype=torch.float64) / dim)


def norm(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + task["epsilon"]) * weight


def rotate(x, cos, sin):
    a, b = x[..., : dim // 2], x[..., dim // 2:]
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


def forward(tokens, first, cache):
    n = len(tokens)
    angles = (torch.arange(first, first + n, dtype=torch.float64)[:, None] * frequencies).to(torch.float32)
    cos, sin = angles.cos(), angles.sin()
    x = weights["model.embed_tokens.weight"][tokens]
    mask = torch.full((n, first + n), float("-inf")).triu(first + 1) if n > 1 else None
    for layer in range(task["layers"]):
        def w(name):
            return weights[f"model.layers.{layer}.{name}.weight"]
        h = norm(x, w("input_layernorm"))
        q = rotate((h @ w("self_attn.q_proj").T).view(n, heads, dim).transpose(0, 1), cos, sin)
        k, v = cache[layer]
        k[:, first:first + n] = rotate((h @ w("self_attn.k_proj").T).view(n, kv_heads, dim).transpose(0, 1), cos, sin)
        v[:, first:first + n] = (h @ w("self_attn.v_proj").T).view(n, kv_heads, dim).transpose(0, 1)
        grouped = q.reshape(kv_heads, heads // kv_heads * n, dim)
        scores = (grouped @ k[:, :first + n].transpose(1, 2) / dim ** 0.5).view(kv_heads, heads // kv_heads, n, first + n)
        if mask is not None:
            scores = scores + mask
        attended = (scores.softmax(-1).view(kv_heads, heads // kv_heads * n, first + n) @ v[:, :first + n]).view(heads, n, dim)
        x = x + attended.transpose(0, 1).reshape(n, heads * dim) @ w("self_attn.o_proj").T
        h = norm(x, w("post_attention_layernorm"))
        x = x + (torch.nn.functional.silu(h @ w("mlp.gate_proj").T) * (h @ w("mlp.up_proj").T)) @ w("mlp.down_proj").T
    return norm(x[-1], weights["model.norm.weight"]) @ weights["lm_head.weight"].T


tokens, prompt = torch.tensor(task["tokens"]), task["prompt_tokens"]
with torch.inference_mode():
    for _ in sys.stdin:
        cache = [(torch.zeros(kv_heads, len(tokens), dim), torch.zeros(kv_heads, len(tokens), dim)) for _ in range(task["layers"])]
        started = time.perf_counter()
        after_prompt = forward(tokens[:prompt], 0, cache)
        prefill_s = time.perf_counter() - started
        started = time.perf_counter()
        for i in range(prompt, len(tokens)):
            after_last = forward(tokens[i:i + 1], i, cache)
        decode_s = time.perf_counter() - started
        print(json.dumps({"version": torch.__version__, "prefill_s": prefill_s, "decode_s": decode_s, "after_prompt": after_prompt.tolist(), "after_last": after_last.tolist()}), flush=True)
