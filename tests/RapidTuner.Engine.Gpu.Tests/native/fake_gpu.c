// A driver without a device: the names that the program calls, objects that are counted, a clock that follows the work put in, and faults on demand.
// Built by the tests into one shared library that stands in for all of a vendor's. With OLD_DRIVER it lacks green contexts.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define UNITS 132
#define XCC 8
#define CUS 304
#define MEMORY (80ull << 30)

enum kind { CONTEXT, STREAM, EVENT, MODULE, GRAPH, EXECUTABLE, GREEN, BUFFER, PROGRAM, BLAS, PRODUCT, LAYOUT, PREFERENCE, KINDS };
typedef struct { int kind; int units; double time; double captured; int capturing; int64_t rows, columns, batch; uint64_t bytes; void *backing; int recorded; } object;
typedef struct { int type; unsigned char padding[92]; uint32_t count, min, align; unsigned char rest[36]; } resource;

static int live[KINDS], destroyed_twice, wrong_context;
static uint64_t used;
static double clock_s;
static __thread int context_current;
static char fault_call[64];
static int fault_code, fault_after, driver_version = 12080, device_count = 1;
static uint32_t last_mask[16];
static int last_mask_words, last_group_from, last_group_count;

EXPORT void fake_fail(const char *call, int code, int after) { snprintf(fault_call, sizeof fault_call, "%s", call); fault_code = code; fault_after = after; }
EXPORT int fake_live(int kind) { return live[kind]; }
EXPORT int fake_total(void) { int all = 0; for (int i = 0; i < KINDS; i++) all += live[i]; return all; }
EXPORT int fake_misuse(void) { return destroyed_twice + wrong_context; }
EXPORT void fake_devices(int count) { device_count = count; }
EXPORT int fake_mask(uint32_t *to) { memcpy(to, last_mask, sizeof last_mask); return last_mask_words; }
EXPORT int fake_groups(int *from) { *from = last_group_from; return last_group_count; }
EXPORT uint64_t fake_used(void) { return used; }

static int fault(const char *call) {
  if (strcmp(call, fault_call)) return 0;
  if (fault_after-- > 0) return 0;
  fault_call[0] = 0;
  return fault_code;
}
#define FAULT(name) do { int code_ = fault(#name); if (code_) return code_; } while (0)
#define CURRENT() do { if (!context_current) { wrong_context++; return 201; } } while (0)

static object *make(int kind) { object *o = calloc(1, sizeof *o); o->kind = kind; live[kind]++; return o; }
static int destroy(object *o, int kind) {
  if (!o || o->kind != kind) { destroyed_twice++; return 400; }
  live[kind]--;
  o->kind = -1;
  free(o->backing);
  return 0; // the object itself is kept, so that a second destruction is seen
}

// Work put into a stream takes its time on the stream's units; beside another busy stream it takes a quarter more.
static object *streams[256];
static void work(object *stream, double unit_seconds) {
  double takes = 2e-6 + unit_seconds / stream->units;
  if (stream->capturing) { stream->captured += takes; return; }
  if (stream->time < clock_s) stream->time = clock_s; // an idle stream starts now
  for (int i = 0; i < 256; i++)
    if (streams[i] && streams[i] != stream && streams[i]->kind == STREAM && streams[i]->time > stream->time) { takes *= 1.25; break; }
  stream->time += takes;
}
static object *stream_of(int units) {
  object *o = make(STREAM);
  o->units = units;
  o->time = clock_s;
  for (int i = 0; i < 256; i++) if (!streams[i] || streams[i]->kind != STREAM) { streams[i] = o; break; }
  return o;
}

// ---- CUDA driver
EXPORT int cuInit(unsigned flags) { (void)flags; FAULT(cuInit); return 0; }
EXPORT int cuDriverGetVersion(int *v) { FAULT(cuDriverGetVersion); *v = driver_version; return 0; }
EXPORT int cuGetErrorName(int e, const char **name) {
  switch (e) {
    case 1: *name = "CUDA_ERROR_INVALID_VALUE"; break;
    case 2: *name = "CUDA_ERROR_OUT_OF_MEMORY"; break;
    case 100: *name = "CUDA_ERROR_NO_DEVICE"; break;
    case 201: *name = "CUDA_ERROR_INVALID_CONTEXT"; break;
    case 304: *name = "CUDA_ERROR_OPERATING_SYSTEM"; break;
    case 400: *name = "CUDA_ERROR_INVALID_HANDLE"; break;
    case 700: *name = "CUDA_ERROR_ILLEGAL_ADDRESS"; break;
    case 801: *name = "CUDA_ERROR_NOT_SUPPORTED"; break;
    case 914: *name = "CUDA_ERROR_INVALID_RESOURCE_TYPE"; break;
    case 915: *name = "CUDA_ERROR_INVALID_RESOURCE_CONFIGURATION"; break;
    case 46: *name = "CUDA_ERROR_DEVICE_UNAVAILABLE"; break;
    default: return 1;
  }
  return 0;
}
EXPORT int cuDeviceGetCount(int *count) { FAULT(cuDeviceGetCount); *count = device_count; return 0; }
EXPORT int cuDeviceGet(int *d, int ordinal) { FAULT(cuDeviceGet); if (ordinal >= device_count) return 101; *d = ordinal; return 0; }
EXPORT int cuDeviceGetName(char *name, int n, int d) { (void)d; snprintf(name, n, "Fake H200"); return 0; }
EXPORT int cuDeviceGetPCIBusId(char *id, int n, int d) { snprintf(id, n, "0000:3b:0%d.0", d); return 0; }
EXPORT int cuDeviceTotalMem_v2(size_t *bytes, int d) { (void)d; *bytes = MEMORY; return 0; }
EXPORT int cuDeviceGetAttribute(int *v, int a, int d) { (void)d; FAULT(cuDeviceGetAttribute); *v = a == 16 ? UNITS : a == 75 ? 9 : 0; return 0; }
EXPORT int cuDevicePrimaryCtxRetain(void **c, int d) { (void)d; FAULT(cuDevicePrimaryCtxRetain); *c = make(CONTEXT); return 0; }
EXPORT int cuDevicePrimaryCtxRelease_v2(int d) { (void)d; live[CONTEXT]--; return 0; }
EXPORT int cuCtxSetCurrent(void *c) { FAULT(cuCtxSetCurrent); context_current = c != 0; return 0; }
EXPORT int cuMemGetInfo_v2(size_t *f, size_t *t) { CURRENT(); *f = MEMORY - used; *t = MEMORY; return 0; }
static int allocate(void **p, size_t bytes) {
  if (bytes > MEMORY - used) return 2;
  object *o = make(BUFFER);
  o->bytes = bytes;
  o->backing = bytes <= (1 << 20) ? calloc(1, bytes) : 0;
  used += bytes;
  *p = o;
  return 0;
}
static int release(object *o) { if (o && o->kind == BUFFER) used -= o->bytes; return destroy(o, BUFFER); }
EXPORT int cuMemAlloc_v2(void **p, size_t bytes) { FAULT(cuMemAlloc_v2); CURRENT(); return allocate(p, bytes); }
EXPORT int cuMemFree_v2(object *o) { CURRENT(); return release(o); }
EXPORT int cuMemcpyHtoD_v2(object *to, const void *from, size_t n) { FAULT(cuMemcpyHtoD_v2); CURRENT(); if (to->backing) memcpy(to->backing, from, n); return 0; }
EXPORT int cuMemcpyDtoH_v2(void *to, object *from, size_t n) { FAULT(cuMemcpyDtoH_v2); CURRENT(); if (from->backing) memcpy(to, from->backing, n); return 0; }
EXPORT int cuMemsetD8Async(object *to, unsigned char v, size_t n, object *s) { FAULT(cuMemsetD8Async); CURRENT(); if (to->backing) memset(to->backing, v, n); work(s, n * 1e-11); return 0; }
EXPORT int cuStreamCreate(void **s, unsigned flags) { (void)flags; FAULT(cuStreamCreate); CURRENT(); *s = stream_of(UNITS); return 0; }
EXPORT int cuStreamDestroy_v2(object *s) { CURRENT(); return destroy(s, STREAM); }
EXPORT int cuStreamSynchronize(object *s) { FAULT(cuStreamSynchronize); CURRENT(); if (s->kind != STREAM) return 400; if (s->time > clock_s) clock_s = s->time; return 0; }
EXPORT int cuStreamWaitEvent(object *s, object *e, unsigned f) { (void)f; FAULT(cuStreamWaitEvent); CURRENT(); if (e->time > s->time) s->time = e->time; return 0; }
EXPORT int cuEventCreate(void **e, unsigned f) { (void)f; FAULT(cuEventCreate); CURRENT(); *e = make(EVENT); return 0; }
EXPORT int cuEventDestroy_v2(object *e) { CURRENT(); return destroy(e, EVENT); }
EXPORT int cuEventRecord(object *e, object *s) { FAULT(cuEventRecord); CURRENT(); e->time = s->time > clock_s ? s->time : clock_s; e->recorded = 1; return 0; }
EXPORT int cuEventSynchronize(object *e) { FAULT(cuEventSynchronize); CURRENT(); if (e->time > clock_s) clock_s = e->time; return e->recorded ? 0 : 400; }
EXPORT int cuEventElapsedTime(float *ms, object *a, object *b) { FAULT(cuEventElapsedTime); CURRENT(); if (!a->recorded || !b->recorded) return 400; *ms = (float)((b->time - a->time) * 1e3); return 0; }
EXPORT int cuModuleLoadData(void **m, const char *image) { FAULT(cuModuleLoadData); CURRENT(); if (strncmp(image, "image", 5)) return 200; *m = make(MODULE); return 0; }
EXPORT int cuModuleUnload(object *m) { CURRENT(); return destroy(m, MODULE); }
EXPORT int cuModuleGetFunction(void **f, object *m, const char *name) { FAULT(cuModuleGetFunction); CURRENT(); (void)m; if (!strcmp(name, "no_such_kernel")) return 500; *f = m; return 0; }
static int launch(unsigned gx, unsigned gy, unsigned gz, unsigned bx, object *s) { if (!gx || !gy || !gz || bx > 1024) return 1; work(s, (double)gx * gy * gz * bx * 1e-9); return 0; }
EXPORT int cuLaunchKernel(void *f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned sh, object *s, void **a, void **x) {
  (void)f; (void)by; (void)bz; (void)sh; (void)a; (void)x; FAULT(cuLaunchKernel); CURRENT(); return launch(gx, gy, gz, bx, s);
}
EXPORT int cuStreamBeginCapture_v2(object *s, int mode) { (void)mode; FAULT(cuStreamBeginCapture_v2); CURRENT(); s->capturing = 1; s->captured = 0; return 0; }
EXPORT int cuStreamEndCapture(object *s, void **g) {
  CURRENT(); s->capturing = 0; FAULT(cuStreamEndCapture);
  object *o = make(GRAPH); o->time = s->captured; *g = o; return 0;
}
EXPORT int cuGraphInstantiateWithFlags(void **x, object *g, unsigned long long f) { (void)f; FAULT(cuGraphInstantiateWithFlags); CURRENT(); object *o = make(EXECUTABLE); o->time = g->time; *x = o; return 0; }
EXPORT int cuGraphDestroy(object *g) { CURRENT(); return destroy(g, GRAPH); }
EXPORT int cuGraphLaunch(object *x, object *s) { FAULT(cuGraphLaunch); CURRENT(); if (x->kind != EXECUTABLE) return 400; work(s, x->time * s->units); return 0; }
EXPORT int cuGraphExecDestroy(object *x) { CURRENT(); return destroy(x, EXECUTABLE); }

#ifndef OLD_DRIVER
EXPORT int cuDeviceGetDevResource(int d, resource *r, int type) { (void)d; FAULT(cuDeviceGetDevResource); memset(r, 0, sizeof *r); r->type = type; r->count = UNITS; return 0; }
EXPORT int cuDevSmResourceSplitByCount(resource *out, unsigned *n, const resource *in, resource *rest, unsigned flags, unsigned min) {
  (void)flags; FAULT(cuDevSmResourceSplitByCount);
  if (in->count != UNITS || min % 8) return 915;
  unsigned can = in->count / min, made = *n < can ? *n : can;
  for (unsigned i = 0; i < made; i++) { memset(out + i, 0, sizeof *out); out[i].type = 1; out[i].count = min; out[i].min = i; }
  *n = made;
  memset(rest, 0, sizeof *rest);
  rest->type = 1;
  rest->count = in->count - made * min;
  return 0;
}
EXPORT int cuDevResourceGenerateDesc(void **desc, const resource *r, unsigned n) {
  FAULT(cuDevResourceGenerateDesc);
  int units = 0;
  for (unsigned i = 0; i < n; i++) units += r[i].count;
  last_group_from = r[0].min;
  last_group_count = n;
  *desc = (void *)(intptr_t)units;
  return units ? 0 : 915;
}
EXPORT int cuGreenCtxCreate(void **g, void *desc, int d, unsigned flags) { (void)d; FAULT(cuGreenCtxCreate); if (!(flags & 1)) return 1; object *o = make(GREEN); o->units = (int)(intptr_t)desc; used += 16 << 20; *g = o; return 0; }
EXPORT int cuGreenCtxDestroy(object *g) { used -= 16 << 20; return destroy(g, GREEN); }
EXPORT int cuGreenCtxStreamCreate(void **s, object *g, unsigned flags, int priority) { (void)priority; FAULT(cuGreenCtxStreamCreate); if (flags != 1 || g->kind != GREEN) return 1; *s = stream_of(g->units); return 0; }
#endif

// ---- NVRTC and hipRTC
static int create_program(void **p, const char *source) { object *o = make(PROGRAM); o->rows = strstr(source, "syntax error") != 0; *p = o; return 0; }
static const char LOG[] = "kernels(1): error: expected a declaration";
static const char IMAGE[] = "image of a kernel";
#define COMPILER(P, CODE, CODESIZE, VERSION) \
  EXPORT const char *P##GetErrorString(int e) { return e == 6 ? "COMPILATION_ERROR" : "OTHER"; } \
  EXPORT int VERSION(int *a, int *b) { *a = 12; *b = 8; return 0; } \
  EXPORT int P##CreateProgram(void **p, const char *s, const char *n, int h, const char **t, const char **m) { (void)n; (void)h; (void)t; (void)m; FAULT(P##CreateProgram); return create_program(p, s); } \
  EXPORT int P##CompileProgram(object *p, int n, const char **o) { FAULT(P##CompileProgram); int arch = 0; for (int i = 0; i < n; i++) arch |= strstr(o[i], "arch") != 0; return !arch || p->rows ? 6 : 0; } \
  EXPORT int P##GetProgramLogSize(object *p, size_t *n) { (void)p; *n = sizeof LOG; return 0; } \
  EXPORT int P##GetProgramLog(object *p, char *to) { (void)p; memcpy(to, LOG, sizeof LOG); return 0; } \
  EXPORT int CODESIZE(object *p, size_t *n) { (void)p; FAULT(CODESIZE); *n = sizeof IMAGE; return 0; } \
  EXPORT int CODE(object *p, char *to) { (void)p; memcpy(to, IMAGE, sizeof IMAGE); return 0; } \
  EXPORT int P##DestroyProgram(object **p) { int done = destroy(*p, PROGRAM); *p = 0; return done; }
COMPILER(nvrtc, nvrtcGetCUBIN, nvrtcGetCUBINSize, nvrtcVersion)
COMPILER(hiprtc, hiprtcGetCode, hiprtcGetCodeSize, hiprtcVersion)

// ---- cuBLASLt and hipBLASLt
static int multiply(object *a, object *d, object *s) { work(s, 2.0 * d->columns * a->rows * a->columns * (d->batch > 1 ? d->batch : 1) * 1e-13); return 0; }
#define BLAS(P, ALGORITHM, BATCH) \
  EXPORT int P##Create(void **h) { FAULT(P##Create); *h = make(BLAS); return 0; } \
  EXPORT int P##Destroy(object *h) { return destroy(h, BLAS); } \
  EXPORT int P##MatmulDescCreate(void **p, int c, int s) { (void)c; (void)s; FAULT(P##MatmulDescCreate); *p = make(PRODUCT); return 0; } \
  EXPORT int P##MatmulDescSetAttribute(object *p, int a, const void *v, size_t n) { (void)p; (void)a; (void)v; (void)n; FAULT(P##MatmulDescSetAttribute); return 0; } \
  EXPORT int P##MatmulDescDestroy(object *p) { return destroy(p, PRODUCT); } \
  EXPORT int P##MatrixLayoutCreate(void **l, int t, uint64_t r, uint64_t c, int64_t ld) { (void)ld; FAULT(P##MatrixLayoutCreate); if (t != 14) return 7; object *o = make(LAYOUT); o->rows = r; o->columns = c; *l = o; return 0; } \
  EXPORT int P##MatrixLayoutSetAttribute(object *l, int a, const void *v, size_t n) { FAULT(P##MatrixLayoutSetAttribute); if (a == BATCH && n == 4) l->batch = *(const int *)v; return 0; } \
  EXPORT int P##MatrixLayoutDestroy(object *l) { return destroy(l, LAYOUT); } \
  EXPORT int P##MatmulPreferenceCreate(void **p) { FAULT(P##MatmulPreferenceCreate); *p = make(PREFERENCE); return 0; } \
  EXPORT int P##MatmulPreferenceSetAttribute(object *p, int a, const void *v, size_t n) { (void)p; (void)a; (void)v; (void)n; FAULT(P##MatmulPreferenceSetAttribute); return 0; } \
  EXPORT int P##MatmulPreferenceDestroy(object *p) { return destroy(p, PREFERENCE); } \
  EXPORT int P##MatmulAlgoGetHeuristic(object *h, object *p, object *a, object *b, object *c, object *d, object *pref, int want, unsigned char *to, int *found) { \
    (void)h; (void)p; (void)a; (void)b; (void)c; (void)d; (void)pref; (void)want; FAULT(P##MatmulAlgoGetHeuristic); memset(to, 7, ALGORITHM); *found = d->columns != 13; return 0; } \
  EXPORT int P##Matmul(object *h, object *p, const float *alpha, void *a, object *la, void *b, object *lb, const float *beta, void *c, object *lc, void *d, object *ld, const unsigned char *algorithm, void *w, size_t wn, object *s) { \
    (void)h; (void)p; (void)a; (void)b; (void)lb; (void)c; (void)lc; (void)d; (void)w; (void)wn; FAULT(P##Matmul); \
    if (*alpha != 1 || *beta != 0 || algorithm[ALGORITHM - 1] != 7) return 7; \
    return multiply(la, ld, s); }
BLAS(cublasLt, 64, 5)
BLAS(hipblasLt, 24, 0)

// ---- NVML
EXPORT int nvmlInit_v2(void) { FAULT(nvmlInit_v2); return 0; }
EXPORT int nvmlShutdown(void) { return 0; }
EXPORT int nvmlDeviceGetHandleByPciBusId_v2(const char *id, void **d) { FAULT(nvmlDeviceGetHandleByPciBusId_v2); *d = (void *)id; return 0; }
EXPORT int nvmlDeviceGetClockInfo(void *d, int k, unsigned *v) { (void)d; FAULT(nvmlDeviceGetClockInfo); *v = k == 1 ? 1980 : 0; return 0; }
EXPORT int nvmlDeviceGetPowerUsage(void *d, unsigned *v) { (void)d; *v = 512000; return 0; }
EXPORT int nvmlDeviceGetTemperature(void *d, int k, unsigned *v) { (void)d; (void)k; *v = 61; return 0; }
EXPORT int nvmlDeviceGetCurrentClocksThrottleReasons(void *d, unsigned long long *v) { (void)d; *v = fault("throttle") ? 0x20 : 0; return 0; }

// ---- HIP
EXPORT int hipInit(unsigned f) { (void)f; FAULT(hipInit); return 0; }
EXPORT int hipDriverGetVersion(int *v) { *v = 60443484; return 0; }
EXPORT const char *hipGetErrorName(int e) { return e == 2 ? "hipErrorOutOfMemory" : e == 100 ? "hipErrorNoDevice" : e == 700 ? "hipErrorIllegalAddress" : e == 201 ? "hipErrorInvalidContext" : "hipErrorInvalidValue"; }
EXPORT int hipGetDeviceCount(int *n) { FAULT(hipGetDeviceCount); *n = device_count; return 0; }
EXPORT int hipSetDevice(int d) { (void)d; FAULT(hipSetDevice); context_current = 1; return 0; }
EXPORT int hipDeviceGetName(char *name, int n, int d) { (void)d; snprintf(name, n, "Fake MI300X"); return 0; }
EXPORT int hipDeviceGetPCIBusId(char *id, int n, int d) { snprintf(id, n, "0000:0%d:00.0", 5 + d); return 0; }
EXPORT int hipDeviceTotalMem(size_t *b, int d) { (void)d; *b = MEMORY; return 0; }
EXPORT int hipMemGetInfo(size_t *f, size_t *t) { return cuMemGetInfo_v2(f, t); }
EXPORT int hipMalloc(void **p, size_t n) { FAULT(hipMalloc); CURRENT(); return allocate(p, n); }
EXPORT int hipFree(object *o) { CURRENT(); return release(o); }
EXPORT int hipMemcpyHtoD(object *to, void *from, size_t n) { return cuMemcpyHtoD_v2(to, from, n); }
EXPORT int hipMemcpyDtoH(void *to, object *from, size_t n) { return cuMemcpyDtoH_v2(to, from, n); }
EXPORT int hipMemsetAsync(object *to, int v, size_t n, object *s) { return cuMemsetD8Async(to, (unsigned char)v, n, s); }
EXPORT int hipStreamCreateWithFlags(void **s, unsigned f) { (void)f; FAULT(hipStreamCreateWithFlags); CURRENT(); *s = stream_of(CUS); return 0; }
EXPORT int hipExtStreamCreateWithCUMask(void **s, unsigned words, const uint32_t *mask) {
  FAULT(hipExtStreamCreateWithCUMask); CURRENT();
  int units = 0, die[XCC] = {0};
  for (unsigned b = 0; b < words * 32; b++) if (mask[b / 32] >> (b % 32) & 1) { units++; die[b % XCC]++; }
  for (int i = 1; i < XCC; i++) if (die[i] != die[0]) return 1;
  memset(last_mask, 0, sizeof last_mask);
  memcpy(last_mask, mask, words * 4);
  last_mask_words = (int)words;
  *s = stream_of(units);
  return 0;
}
EXPORT int hipStreamDestroy(object *s) { CURRENT(); return destroy(s, STREAM); }
EXPORT int hipStreamSynchronize(object *s) { return cuStreamSynchronize(s); }
EXPORT int hipStreamWaitEvent(object *s, object *e, unsigned f) { return cuStreamWaitEvent(s, e, f); }
EXPORT int hipEventCreateWithFlags(void **e, unsigned f) { return cuEventCreate(e, f); }
EXPORT int hipEventDestroy(object *e) { return cuEventDestroy_v2(e); }
EXPORT int hipEventRecord(object *e, object *s) { return cuEventRecord(e, s); }
EXPORT int hipEventSynchronize(object *e) { return cuEventSynchronize(e); }
EXPORT int hipEventElapsedTime(float *ms, object *a, object *b) { return cuEventElapsedTime(ms, a, b); }
EXPORT int hipModuleLoadData(void **m, const char *image) { return cuModuleLoadData(m, image); }
EXPORT int hipModuleUnload(object *m) { return cuModuleUnload(m); }
EXPORT int hipModuleGetFunction(void **f, object *m, const char *n) { return cuModuleGetFunction(f, m, n); }
EXPORT int hipModuleLaunchKernel(void *f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned sh, object *s, void **a, void **x) {
  (void)f; (void)by; (void)bz; (void)sh; (void)a; (void)x; FAULT(hipModuleLaunchKernel); CURRENT(); return launch(gx, gy, gz, bx, s);
}
EXPORT int hipStreamBeginCapture(object *s, int m) { return cuStreamBeginCapture_v2(s, m); }
EXPORT int hipStreamEndCapture(object *s, void **g) { return cuStreamEndCapture(s, g); }
EXPORT int hipGraphInstantiateWithFlags(void **x, object *g, unsigned long long f) { return cuGraphInstantiateWithFlags(x, g, f); }
EXPORT int hipGraphDestroy(object *g) { return cuGraphDestroy(g); }
EXPORT int hipGraphLaunch(object *x, object *s) { return cuGraphLaunch(x, s); }
EXPORT int hipGraphExecDestroy(object *x) { return cuGraphExecDestroy(x); }
