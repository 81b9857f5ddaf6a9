// The kernels on the host: each thread of a block is a thread here, barriers are barriers, and lanes exchange through memory.
#include <barrier>
#include <cmath>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

struct Index3 { unsigned x, y, z; };
static thread_local Index3 threadIdx, blockIdx;
static Index3 blockDim, gridDim;
static std::unique_ptr<std::barrier<>> gate;
static float exchanged[1024];

#define __shared__ static
#define RAPIDTUNER_HOST
static void __syncthreads() { gate->arrive_and_wait(); }
static float lane_exchange(float value, int with) {
  exchanged[threadIdx.x] = value;
  gate->arrive_and_wait();
  float other = exchanged[threadIdx.x ^ (unsigned)with];
  gate->arrive_and_wait();
  return other;
}

#include "portable.h"
#include "kernels.cpp"

static void launch(int x, int y, int z, int threads, const std::function<void()> &kernel) {
  blockDim = {(unsigned)threads, 1, 1};
  gridDim = {(unsigned)x, (unsigned)y, (unsigned)z};
  gate = std::make_unique<std::barrier<>>(threads);
  std::vector<std::thread> all;
  for (int t = 0; t < threads; t++)
    all.emplace_back([=] {
      threadIdx = {(unsigned)t, 0, 0};
      for (int k = 0; k < z; k++)
        for (int j = 0; j < y; j++)
          for (int i = 0; i < x; i++) {
            blockIdx = {(unsigned)i, (unsigned)j, (unsigned)k};
            kernel();
            gate->arrive_and_wait(); // shared memory is the next block's now
          }
    });
  for (auto &t : all) t.join();
}

#define EXPORT extern "C" __attribute__((visibility("default"))) void
EXPORT host_rms_norm(int rows, int threads, bf16 *out, const bf16 *x, const bf16 *w, int columns, float epsilon) { launch(rows, 1, 1, threads, [=] { rms_norm(out, x, w, columns, epsilon); }); }
EXPORT host_rotary(int rows, int threads, bf16 *qk, const int *positions, const float *f, int heads, int d, int stride) { launch(rows, 1, 1, threads, [=] { rotary(qk, positions, f, heads, d, stride); }); }
EXPORT host_silu_gate(int rows, int threads, bf16 *out, const bf16 *gu, int columns) { launch(rows, 1, 1, threads, [=] { silu_gate(out, gu, columns); }); }
EXPORT host_causal_softmax(int rows, int threads, bf16 *s, int tokens, int columns, int history, float scale) { launch(rows, 1, 1, threads, [=] { causal_softmax(s, tokens, columns, history, scale); }); }
EXPORT host_append_kv(int rows, int threads, bf16 *keys, bf16 *values, const bf16 *k, const bf16 *v, const int *tables, const int *lengths, int kvHeads, int d, int tableStride, int rowStride) { launch(rows, 1, 1, threads, [=] { append_kv(keys, values, k, v, tables, lengths, kvHeads, d, tableStride, rowStride); }); }
EXPORT host_attention(int sequences, int kvHeads, int parts, bf16 *out, float *partial, const bf16 *q, const bf16 *keys, const bf16 *values, const int *tables, const int *lengths, int group, int tableStride, int rowStride, float scale) {
  launch(sequences, kvHeads, parts, 128, [=] { decode_attention(partial, q, keys, values, tables, lengths, kvHeads, group, tableStride, rowStride, parts, scale); });
  launch(sequences * kvHeads * group, 1, 1, 128, [=] { merge_attention(out, partial, kvHeads * group, parts, kvHeads * group * HEAD_DIM); });
}
EXPORT host_sample(int rows, int threads, int *tokens, const bf16 *logits, int vocabulary, float temperature, unsigned seed) { launch(rows, 1, 1, threads, [=] { sample(tokens, logits, vocabulary, temperature, seed); }); }
EXPORT host_memory_stream(int blocks, int threads, unsigned *sink, const unsigned *from, long long count) { launch(blocks, 1, 1, threads, [=] { memory_stream(sink, from, count); }); }
EXPORT host_fill_noise(int blocks, int threads, bf16 *to, long long count, float scale, unsigned seed) { launch(blocks, 1, 1, threads, [=] { fill_noise(to, count, scale, seed); }); }
