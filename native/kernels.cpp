// The kernels of a decoder layer that no vendor library has, in one source for NVIDIA, AMD and the host.
// Layouts: activations are row-major [token][element], bf16. The paged KV cache of a layer is
// [block][kv head][16 tokens][head dim], keys and values apart; a sequence's table lists its blocks in order.

#define BLOCK_TOKENS 16
#define LOWEST (-3.0e38f)

// Sum (or maximum) over a block of at most 1,024 threads; every thread gets it.
DEVICE float block_sum(float value, float *scratch) {
  value = lanes_sum(value, LANES);
  if (threadIdx.x % LANES == 0) scratch[threadIdx.x / LANES] = value;
  __syncthreads();
  float all = 0;
  for (int i = 0; i < (int)(blockDim.x / LANES); i++) all += scratch[i];
  __syncthreads();
  return all;
}

DEVICE float block_max(float value, float *scratch) {
  value = lanes_max(value, LANES);
  if (threadIdx.x % LANES == 0) scratch[threadIdx.x / LANES] = value;
  __syncthreads();
  float all = scratch[0];
  for (int i = 1; i < (int)(blockDim.x / LANES); i++) all = scratch[i] > all ? scratch[i] : all;
  __syncthreads();
  return all;
}

// out[row] = x[row] / rms(x[row]) * weight. One block a row; `columns` is a multiple of 8.
KERNEL rms_norm(bf16 *out, const bf16 *x, const bf16 *weight, int columns, float epsilon) {
  __shared__ float scratch[32];
  const Eight *row = (const Eight *)(x + (long long)blockIdx.x * columns);
  Eight *to = (Eight *)(out + (long long)blockIdx.x * columns);
  float squares = 0;
  for (int i = threadIdx.x; i < columns / 8; i += blockDim.x) {
    Eight eight = row[i];
    for (int j = 0; j < 8; j++) squares += widen(eight.at[j]) * widen(eight.at[j]);
  }
  float scale = root_inverse(block_sum(squares, scratch) / columns + epsilon);
  for (int i = threadIdx.x; i < columns / 8; i += blockDim.x) {
    Eight eight = row[i], by = ((const Eight *)weight)[i];
    for (int j = 0; j < 8; j++) eight.at[j] = narrow(widen(eight.at[j]) * scale * widen(by.at[j]));
    to[i] = eight;
  }
}

// Rotates queries and keys of one token a block, in place, halves paired: (x[i], x[i + d/2]).
// `heads` counts query and key heads together, laid side by side; frequencies[i] holds d/2 angles per position.
KERNEL rotary(bf16 *qk, const int *positions, const float *frequencies, int heads, int head_dim, int row_stride) {
  bf16 *row = qk + (long long)blockIdx.x * row_stride;
  int half = head_dim / 2;
  float position = (float)positions[blockIdx.x];
  for (int i = threadIdx.x; i < heads * half; i += blockDim.x) {
    bf16 *head = row + (i / half) * head_dim;
    int at = i % half;
    float angle = position * frequencies[at], s = sin_of(angle), c = cos_of(angle);
    float a = widen(head[at]), b = widen(head[at + half]);
    head[at] = narrow(a * c - b * s);
    head[at + half] = narrow(a * s + b * c);
  }
}

// out[row][i] = silu(gate) * up, gate and up side by side in one row of 2 * columns. One block a row.
KERNEL silu_gate(bf16 *out, const bf16 *gate_up, int columns) {
  const Eight *gate = (const Eight *)(gate_up + (long long)blockIdx.x * 2 * columns);
  const Eight *up = gate + columns / 8;
  Eight *to = (Eight *)(out + (long long)blockIdx.x * columns);
  for (int i = threadIdx.x; i < columns / 8; i += blockDim.x) {
    Eight g = gate[i], u = up[i];
    for (int j = 0; j < 8; j++) {
      float x = widen(g.at[j]);
      g.at[j] = narrow(x / (1.0f + exp_of(-x)) * widen(u.at[j]));
    }
    to[i] = g;
  }
}

// Softmax over the visible part of each row of scores, in place: a row of new token t sees columns 0 .. history + t.
// Rows are [head][token]; `tokens` new tokens a head. One block a row.
KERNEL causal_softmax(bf16 *scores, int tokens, int columns, int history, float scale) {
  __shared__ float scratch[32];
  bf16 *row = scores + (long long)blockIdx.x * columns;
  int visible = history + (int)(blockIdx.x % tokens) + 1;
  float highest = LOWEST;
  for (int i = threadIdx.x; i < visible; i += blockDim.x) {
    float x = widen(row[i]) * scale;
    highest = x > highest ? x : highest;
  }
  highest = block_max(highest, scratch);
  float sum = 0;
  for (int i = threadIdx.x; i < visible; i += blockDim.x) sum += exp_of(widen(row[i]) * scale - highest);
  float inverse = 1.0f / block_sum(sum, scratch);
  for (int i = threadIdx.x; i < columns; i += blockDim.x)
    row[i] = i < visible ? narrow(exp_of(widen(row[i]) * scale - highest) * inverse) : (bf16)0;
}

// Writes the new token's key and value of each sequence into its paged cache. One block a sequence.
KERNEL append_kv(bf16 *keys, bf16 *values, const bf16 *k, const bf16 *v, const int *tables, const int *lengths,
                 int kv_heads, int head_dim, int table_stride, int row_stride) {
  int at = lengths[blockIdx.x] - 1;
  long long block = tables[(long long)blockIdx.x * table_stride + at / BLOCK_TOKENS];
  for (int i = threadIdx.x; i < kv_heads * head_dim; i += blockDim.x) {
    long long to = ((block * kv_heads + i / head_dim) * BLOCK_TOKENS + at % BLOCK_TOKENS) * head_dim + i % head_dim;
    keys[to] = k[(long long)blockIdx.x * row_stride + i];
    values[to] = v[(long long)blockIdx.x * row_stride + i];
  }
}

#define HEAD_DIM 128
#define TOKEN_LANES (HEAD_DIM / 8)
#define GROUP_MAX 8
#define WARPS 4

// Decode attention over the paged cache, split over the context: block (sequence, kv head, part) leaves for each of its
// `group` query heads the running maximum, sum and weighted values of its part of the tokens; merge_attention adds them up.
// 4 warps a block; 16 lanes read one token's key, 8 elements each, so that every access is 16 bytes wide.
KERNEL decode_attention(float *partial, const bf16 *q, const bf16 *keys, const bf16 *values, const int *tables,
                        const int *lengths, int kv_heads, int group, int table_stride, int row_stride, int parts, float scale) {
  __shared__ float merged[WARPS * (64 / TOKEN_LANES)][HEAD_DIM + 2];
  int sequence = blockIdx.x, head = blockIdx.y, part = blockIdx.z;
  int length = lengths[sequence];
  int share = ((length + parts - 1) / parts + BLOCK_TOKENS - 1) / BLOCK_TOKENS * BLOCK_TOKENS;
  int from = part * share, to = from + share < length ? from + share : length;
  int lane = threadIdx.x % TOKEN_LANES, reader = threadIdx.x / TOKEN_LANES, readers = blockDim.x / TOKEN_LANES;
  float query[GROUP_MAX][8], sums[GROUP_MAX][8], top[GROUP_MAX], weight[GROUP_MAX];
  for (int g = 0; g < GROUP_MAX; g++) {
    top[g] = LOWEST;
    weight[g] = 0;
    if (g < group) {
      Eight eight = *(const Eight *)(q + (long long)sequence * row_stride + (head * group + g) * HEAD_DIM + lane * 8);
      for (int j = 0; j < 8; j++) query[g][j] = widen(eight.at[j]) * scale;
    }
    for (int j = 0; j < 8; j++) sums[g][j] = 0;
  }
  const int *table = tables + (long long)sequence * table_stride;
  int rounds = to > from ? (to - from + readers - 1) / readers : 0;
  for (int round = 0; round < rounds; round++) {
    int token = from + round * readers + reader;
    bool mine = token < to;
    int safe = mine ? token : from;
    long long at = (((long long)table[safe / BLOCK_TOKENS] * kv_heads + head) * BLOCK_TOKENS + safe % BLOCK_TOKENS) * HEAD_DIM + lane * 8;
    Eight key = *(const Eight *)(keys + at), value = *(const Eight *)(values + at);
    for (int g = 0; g < GROUP_MAX; g++) {
      if (g >= group) break;
      float dot = 0;
      for (int j = 0; j < 8; j++) dot += query[g][j] * widen(key.at[j]);
      dot = lanes_sum(dot, TOKEN_LANES);
      if (!mine) continue;
      float highest = dot > top[g] ? dot : top[g];
      float keep = exp_of(top[g] - highest), add = exp_of(dot - highest);
      top[g] = highest;
      weight[g] = weight[g] * keep + add;
      for (int j = 0; j < 8; j++) sums[g][j] = sums[g][j] * keep + add * widen(value.at[j]);
    }
  }
  for (int g = 0; g < group; g++) {
    float *row = merged[reader];
    for (int j = 0; j < 8; j++) row[lane * 8 + j] = sums[g][j];
    if (lane == 0) {
      row[HEAD_DIM] = top[g];
      row[HEAD_DIM + 1] = weight[g];
    }
    __syncthreads();
    float *out = partial + (((long long)sequence * kv_heads + head) * group + g) * parts * (HEAD_DIM + 2) + (long long)part * (HEAD_DIM + 2);
    float highest = LOWEST;
    for (int r = 0; r < readers; r++) highest = merged[r][HEAD_DIM] > highest ? merged[r][HEAD_DIM] : highest;
    for (int i = threadIdx.x; i < HEAD_DIM; i += blockDim.x) {
      float all = 0;
      for (int r = 0; r < readers; r++) all += merged[r][i] * exp_of(merged[r][HEAD_DIM] - highest);
      out[i] = all;
    }
    if (threadIdx.x == 0) {
      float all = 0;
      for (int r = 0; r < readers; r++) all += merged[r][HEAD_DIM + 1] * exp_of(merged[r][HEAD_DIM] - highest);
      out[HEAD_DIM] = highest;
      out[HEAD_DIM + 1] = all;
    }
    __syncthreads();
  }
}

// Adds up the parts of decode_attention. One block a (sequence, query head).
KERNEL merge_attention(bf16 *out, const float *partial, int heads, int parts, int row_stride) {
  const float *from = partial + (long long)blockIdx.x * parts * (HEAD_DIM + 2);
  float highest = LOWEST;
  for (int p = 0; p < parts; p++) highest = from[p * (HEAD_DIM + 2) + HEAD_DIM] > highest ? from[p * (HEAD_DIM + 2) + HEAD_DIM] : highest;
  float weight = 0;
  for (int p = 0; p < parts; p++) weight += from[p * (HEAD_DIM + 2) + HEAD_DIM + 1] * exp_of(from[p * (HEAD_DIM + 2) + HEAD_DIM] - highest);
  for (int i = threadIdx.x; i < HEAD_DIM; i += blockDim.x) {
    float sum = 0;
    for (int p = 0; p < parts; p++) sum += from[p * (HEAD_DIM + 2) + i] * exp_of(from[p * (HEAD_DIM + 2) + HEAD_DIM] - highest);
    out[(long long)(blockIdx.x / heads) * row_stride + (blockIdx.x % heads) * HEAD_DIM + i] = narrow(sum / weight);
  }
}

// A counter's hash, uniform in (0, 1): the same seed, row and token give the same draw on every device.
DEVICE float uniform(unsigned seed, unsigned row, unsigned token) {
  unsigned x = seed ^ (row * 0x9e3779b9u) ^ (token * 0x85ebca6bu);
  x ^= x >> 16; x *= 0x7feb352du; x ^= x >> 15; x *= 0x846ca68bu; x ^= x >> 16;
  return ((float)(x >> 8) + 0.5f) * (1.0f / 16777216.0f);
}

// Draws one token of each row of logits: the largest where temperature is 0, else by the Gumbel trick. One block a row.
KERNEL sample(int *tokens, const bf16 *logits, int vocabulary, float temperature, unsigned seed) {
  __shared__ float scores[1024];
  __shared__ int places[1024];
  const bf16 *row = logits + (long long)blockIdx.x * vocabulary;
  float best = LOWEST;
  int place = 0;
  for (int i = threadIdx.x; i < vocabulary; i += blockDim.x) {
    float score = widen(row[i]);
    if (temperature > 0) score = score / temperature - log_of(-log_of(uniform(seed, blockIdx.x, i)));
    if (score > best) {
      best = score;
      place = i;
    }
  }
  scores[threadIdx.x] = best;
  places[threadIdx.x] = place;
  __syncthreads();
  if (threadIdx.x == 0) {
    for (int i = 1; i < (int)blockDim.x; i++)
      if (scores[i] > scores[0] || (scores[i] == scores[0] && places[i] < places[0])) {
        scores[0] = scores[i];
        places[0] = places[i];
      }
    tokens[blockIdx.x] = places[0];
  }
}

// Reads `count` 16-byte pieces and writes none that matter: what memory gives at a share of the units.
KERNEL memory_stream(unsigned *sink, const unsigned *from, long long count) {
  long long step = (long long)gridDim.x * blockDim.x;
  unsigned seen = 0;
  for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < count; i += step) {
    Four four = ((const Four *)from)[i];
    seen ^= four.at[0] ^ four.at[1] ^ four.at[2] ^ four.at[3];
  }
  if (seen == 0x5bd1e995u) sink[blockIdx.x] = seen;
}

// Fills with values uniform in (-scale, scale), since zeros would let a device clock higher than real weights do.
KERNEL fill_noise(bf16 *to, long long count, float scale, unsigned seed) {
  long long step = (long long)gridDim.x * blockDim.x;
  for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < count; i += step)
    to[i] = narrow((2 * uniform(seed, (unsigned)(i >> 24), (unsigned)i) - 1) * scale);
}
