// Everything the page asks of its own host. No other host is ever asked.

export type Split = { prefill_units: number; decode_units: number };
export type Percentiles = { p50: number | null; p90: number | null; p99: number | null };
export type State = {
  engine: { kind: string; device: string; model: string; tp: number; units: number; fault: string | null };
  policy: string;
  slo: { tier: string; ttft_s_per_1k: number | null; ttft_floor_s: number; itl_s: number };
  uptime_s: number;
  split: Split;
  pinned: Split | null;
  tuner: { refused: string | null; inert: boolean; flapping: boolean; plans: { made: number; explored: number; failed: number; dropped: number; age_s: number } } | null;
  reason: string;
  prefill_queued: number;
  prefill_queued_tokens: number;
  decode_sequences: number;
  kv_free_share: number;
  offered_rps: number | null;
  requests: { submitted: number; finished: number; attained: number; rejected_size: number; rejected_load: number; cancelled: number };
  latest_minute: { ttft_s: Percentiles; itl_s: Percentiles };
  telemetry: { written: number; dropped: number };
};
export type Point = {
  at_s: number; prefill_units: number; decode_units: number; queued: number; queued_tokens: number; decode_sequences: number;
  kv_free_share: number; requests_per_s: number; prompt_tokens_per_s: number; output_tokens_per_s: number;
  ttft_s_p50: number | null; ttft_s_p99: number | null; itl_s_p50: number | null; itl_s_p99: number | null; ended: number; attained: number;
};
export type History = { [K in keyof Point]: Point[K][] };
export type Series = { mean: number[]; low: number[]; high: number[]; scores: number[] } | null;
export type Forecasts = { horizons_s: number[]; series: { requests_per_s: Series; prompt_tokens_per_s: Series; output_tokens_per_s: Series } };
export type CurvePoint = { units: number; steps: number; p10_s: number; p50_s: number; p90_s: number };
export type Curve = { alone: CurvePoint[]; beside: CurvePoint[]; contention: { units: number; factor: number }[] };
export type Foreseen = { saturation_units: { at: number; low: number; high: number }; points: { units: number; p50_s: number; low_s: number; high_s: number }[] };
export type Factor = { factor: number; low: number; high: number };
export type Champion = {
  model_id: string; kind: string; prefill: { tokens: number; curve: Foreseen }; decode: { sequences: number; context_tokens_each: number; curve: Foreseen };
  contention: { prefill_units: number; decode_batch: number; prefill: Factor; decode: Factor }[];
};
export type Curves = { source: string; steps: number; prefill: Curve; decode: Curve; champion: Champion | null };
export type Decision = { seq: number; at_s: number; source: string; policy: string; split: Split; split_before: Split; reason: string; why: string; explanation: string };
export type Decisions = { decisions: Decision[]; next_before: number | null };
export type Candidate = { name: string; chosen: boolean; current: boolean; parameters: Record<string, number>; attained: number | null; score: number | null };
export type Plan = {
  age_s: number; name: string; changed: boolean; explored: boolean; why: string; otherwise: string; requests_per_s: number | null; candidates_in_all: number; candidates: Candidate[];
};
export type ReasonCount = { reason: string; guard: boolean; count: number; in_all: number; why: string };
export type PlanPage = { policy: string; plans: number; changes: number; plan: Plan | null; decisions: { over_s: number; by_reason: ReasonCount[] } };
export type Model = { id: string; target: string; scope: string; status: string; pinned: boolean; created_us: number; trainer: string };
export type Job = { id: string; name: string; trigger: string; state: string; started_s: number; ended_s: number | null; progress: number; error: string | null };
export type Scheduled = { name: string; about: string; cron: string | null; next_run_s: number | null; running: Job | null };
export type Trial = {
  stage: string; champion: string; challenger: string | null; wanted: string | null; deciding: string;
  latest: { challenger: string; verdict: string; what_if_ratio: number | null; off_policy_high_rps: number | null; champion_rps: number | null; gain_low: number | null } | null;
  blocks: { arm: string; settled: number; attained: number }[];
};
export type Session = { keys_on: boolean; scope: "read" | "admin" | null };

export class Refused extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  let reply: Response;
  try {
    reply = await fetch(path, { credentials: "same-origin", ...init });
  } catch {
    throw new Refused(0, "The service cannot be reached.");
  }
  if (!reply.ok) {
    const problem = (await reply.json().catch(() => null)) as { detail?: string } | null;
    throw new Refused(reply.status, problem?.detail ?? `The service answered ${reply.status}.`);
  }
  return (reply.headers.get("Content-Type")?.includes("json") ? await reply.json() : null) as T;
}

const send = <T>(method: string, path: string, body?: unknown): Promise<T> =>
  ask<T>(path, { method, headers: { "Content-Type": "application/json" }, body: body === undefined ? undefined : JSON.stringify(body) });

export const api = {
  session: () => ask<Session>("/api/v1/session"),
  login: (key: string) => send<Session>("POST", "/api/v1/session", { key }),
  logout: () => send<null>("DELETE", "/api/v1/session"),
  state: () => ask<State>("/api/v1/state"),
  history: () => ask<History>("/api/v1/history"),
  forecasts: () => ask<Forecasts>("/api/v1/forecasts"),
  plan: () => ask<PlanPage>("/api/v1/plan"),
  curves: () => ask<Curves>("/api/v1/curves"),
  decisions: (reason: string, before: number | null) =>
    ask<Decisions>(`/api/v1/decisions?limit=12${reason ? `&reason=${encodeURIComponent(reason)}` : ""}${before ? `&before=${before}` : ""}`),
  models: () => ask<{ models: Model[] }>("/api/v1/models"),
  jobs: () => ask<{ jobs: Job[]; scheduled: Scheduled[] }>("/api/v1/jobs"),
  trial: () => ask<Trial>("/api/v1/trial").catch((failure: unknown) => { if (failure instanceof Refused && failure.status === 404) { return null; } throw failure; }),
  endTrial: () => send<unknown>("DELETE", "/api/v1/trial"),
  run: (job: string) => send<{ id: string }>("POST", "/api/v1/jobs", { job }),
  cancel: (id: string) => send<unknown>("DELETE", `/api/v1/jobs/${encodeURIComponent(id)}`),
  pin: (split: Split) => send<{ pinned: Split }>("PUT", "/api/v1/split", split),
  unpin: () => send<unknown>("DELETE", "/api/v1/split"),
  rollback: (id: string) => send<unknown>("POST", `/api/v1/models/${encodeURIComponent(id)}/rollback`),
  pinModel: (id: string, on: boolean) => send<unknown>(on ? "POST" : "DELETE", `/api/v1/models/${encodeURIComponent(id)}/pin`),
};
