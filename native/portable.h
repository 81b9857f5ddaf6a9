// What the kernels need from their compiler, for NVIDIA (NVRTC, clang), AMD (hipRTC, clang) and the host.
//
// On the host a block's threads are real threads and a barrier is a real barrier, so the very source that runs on the
// device is the one whose arithmetic is checked. Lanes exchange values through memory there, which asks one thing of
// the kernels: every thread of a block reaches every barrier and every lane exchange.

typedef unsigned short bf16;

#if defined(RAPIDTUNER_HOST)
// The host's own prelude (tests) has defined threadIdx, blockIdx, blockDim, gridDim, __syncthreads and lane_exchange.
#define DEVICE static inline
#define KERNEL extern "C" void
#ifndef LANES
#define LANES 32
#endif
#elif defined(__HIP__) || defined(__HIPCC_RTC__)
#define DEVICE static __device__ inline
#define KERNEL extern "C" __global__ void
#define LANES 64
#if !defined(__HIPCC_RTC__)
// clang without the ROCm headers: the few words of them that the kernels use.
#define __device__ __attribute__((device))
#define __global__ __attribute__((global))
#define __shared__ __attribute__((shared))
struct Index3 { unsigned x, y, z; };
#define threadIdx (Index3{__builtin_amdgcn_workitem_id_x(), 0, 0})
#define blockIdx (Index3{__builtin_amdgcn_workgroup_id_x(), __builtin_amdgcn_workgroup_id_y(), __builtin_amdgcn_workgroup_id_z()})
#define blockDim (Index3{__builtin_amdgcn_workgroup_size_x(), 1, 1})
#define gridDim (Index3{__builtin_amdgcn_grid_size_x() / __builtin_amdgcn_workgroup_size_x(), 1, 1})
DEVICE void __syncthreads() { __builtin_amdgcn_fence(__ATOMIC_RELEASE, "workgroup"); __builtin_amdgcn_s_barrier(); __builtin_amdgcn_fence(__ATOMIC_ACQUIRE, "workgroup"); }
#endif
DEVICE float lane_exchange(float value, int with) {
  union { float f; int i; } bits;
  bits.f = value;
  bits.i = __builtin_amdgcn_ds_bpermute((((int)threadIdx.x & (LANES - 1)) ^ with) << 2, bits.i);
  return bits.f;
}
#else
#define DEVICE static __device__ __forceinline__
#define KERNEL extern "C" __global__ void
#define LANES 32
#if !defined(__CUDACC_RTC__)
// clang without the CUDA headers.
#define __device__ __attribute__((device))
#define __global__ __attribute__((global))
#define __shared__ __attribute__((shared))
#define __forceinline__ inline __attribute__((always_inline))
struct Index3 { unsigned x, y, z; };
#define threadIdx (Index3{(unsigned)__nvvm_read_ptx_sreg_tid_x(), 0, 0})
#define blockIdx (Index3{(unsigned)__nvvm_read_ptx_sreg_ctaid_x(), (unsigned)__nvvm_read_ptx_sreg_ctaid_y(), (unsigned)__nvvm_read_ptx_sreg_ctaid_z()})
#define blockDim (Index3{(unsigned)__nvvm_read_ptx_sreg_ntid_x(), 1, 1})
#define gridDim (Index3{(unsigned)__nvvm_read_ptx_sreg_nctaid_x(), 1, 1})
#define __syncthreads() __nvvm_bar_sync(0)
DEVICE float lane_exchange(float value, int with) { return __nvvm_shfl_sync_bfly_f32(0xffffffffu, value, with, 0x1f); }
#else
DEVICE float lane_exchange(float value, int with) { return __shfl_xor_sync(0xffffffffu, value, with); }
#endif
#endif

// Elementary functions that every compiler has without a header; accurate to about 2 ulp of float.
#if defined(RAPIDTUNER_HOST)
DEVICE float exp_of(float x) { return expf(x); }
DEVICE float log_of(float x) { return logf(x); }
DEVICE float sin_of(float x) { return sinf(x); }
DEVICE float cos_of(float x) { return cosf(x); }
DEVICE float root_inverse(float x) { return 1.0f / sqrtf(x); }
#elif defined(__CUDACC_RTC__) || defined(__HIPCC_RTC__)
DEVICE float exp_of(float x) { return expf(x); }
DEVICE float log_of(float x) { return logf(x); }
DEVICE float sin_of(float x) { return sinf(x); }
DEVICE float cos_of(float x) { return cosf(x); }
DEVICE float root_inverse(float x) { return rsqrtf(x); }
#elif defined(__HIP__)
DEVICE float exp_of(float x) { return __builtin_amdgcn_exp2f(x * 1.44269504f); }
DEVICE float log_of(float x) { return __builtin_amdgcn_logf(x) * 0.693147181f; }
DEVICE float sin_of(float x) { return __builtin_amdgcn_sinf(x * 0.159154943f); }
DEVICE float cos_of(float x) { return __builtin_amdgcn_cosf(x * 0.159154943f); }
DEVICE float root_inverse(float x) { return __builtin_amdgcn_rsqf(x); }
#else
DEVICE float exp_of(float x) { return __nvvm_ex2_approx_ftz_f(x * 1.44269504f); }
DEVICE float log_of(float x) { return __nvvm_lg2_approx_ftz_f(x) * 0.693147181f; }
DEVICE float sin_of(float x) { return __nvvm_sin_approx_f(x); }
DEVICE float cos_of(float x) { return __nvvm_cos_approx_f(x); }
DEVICE float root_inverse(float x) { return __nvvm_rsqrt_approx_ftz_f(x); }
#endif

DEVICE float widen(bf16 value) {
  union { unsigned u; float f; } bits;
  bits.u = (unsigned)value << 16;
  return bits.f;
}

// Round to nearest, ties to even; a NaN stays one.
DEVICE bf16 narrow(float value) {
  union { float f; unsigned u; } bits;
  bits.f = value;
  if ((bits.u & 0x7fffffffu) > 0x7f800000u) return (bf16)((bits.u >> 16) | 0x40u);
  return (bf16)((bits.u + 0x7fffu + ((bits.u >> 16) & 1u)) >> 16);
}

// Eight bf16, and four words, moved by one 16-byte access; the host takes them from wherever its arrays lie.
#if defined(RAPIDTUNER_HOST)
struct Eight { bf16 at[8]; };
struct Four { unsigned at[4]; };
#else
struct alignas(16) Eight { bf16 at[8]; };
struct alignas(16) Four { unsigned at[4]; };
#endif

DEVICE float lanes_sum(float value, int lanes) {
  for (int with = lanes / 2; with > 0; with /= 2) value += lane_exchange(value, with);
  return value;
}

DEVICE float lanes_max(float value, int lanes) {
  for (int with = lanes / 2; with > 0; with /= 2) {
    float other = lane_exchange(value, with);
    value = other > value ? other : value;
  }
  return value;
}
