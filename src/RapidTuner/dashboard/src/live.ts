import type { Forecasts, History, Point, State } from "./api";
import { Chart } from "./charts";
import { count, seconds, share } from "./format";

export const POINTS_MAX = 900;

/** Adds a point and drops what is older than a quarter of an hour. */
export function append(history: History, point: Point): void {
  for (const name of Object.keys(history) as (keyof Point)[]) {
    const column = history[name] as (number | null)[];
    column.push(point[name]);
    if (column.length > POINTS_MAX) {
      column.splice(0, column.length - POINTS_MAX);
    }
  }
}

const units = (v: number): string => String(v);
const wait = (v: number): string => seconds(v);

/** The four charts over time. */
export class LiveCharts {
  private readonly split = new Chart({
    id: "split", title: "Split over time, load and forecast behind it", xTime: true, y: units, y2: (v) => count(v),
    lines: [
      { label: "prefill units", colour: "--prefill", step: true, width: 4 },
      { label: "decode units", colour: "--decode", step: true },
      { label: "prompt tokens/s", colour: "--load", scale: "y2", width: 1, fill: "--load-fill" },
      { label: "forecast", colour: "--load", scale: "y2", dash: [5, 4] },
      { label: "", colour: "transparent", scale: "y2", width: 0 },
      { label: "", colour: "transparent", scale: "y2", width: 0 },
    ],
    bands: [[5, 6, "--load-fill"]],
  });
  private readonly ttft = new Chart({
    id: "ttft", title: "Time to first token", xTime: true, y: wait,
    lines: [{ label: "p99", colour: "--prefill" }, { label: "p50", colour: "--median" }, { label: "floor of the limit", colour: "--limit", dash: [6, 4], width: 1.5 }],
  });
  private readonly itl = new Chart({
    id: "itl", title: "Inter-token latency", xTime: true, y: wait,
    lines: [{ label: "p99", colour: "--decode" }, { label: "p50", colour: "--median" }, { label: "limit", colour: "--limit", dash: [6, 4], width: 1.5 }],
  });
  private readonly queues = new Chart({
    id: "queues", title: "Queues", xTime: true, y: (v) => count(v), y2: (v) => `${Math.round(100 * v)} %`,
    lines: [{ label: "waiting for prefill", colour: "--prefill" }, { label: "in decode", colour: "--decode" }, { label: "KV used", colour: "--load", scale: "y2", dash: [5, 4], width: 1.5 }],
  });
  readonly all = [this.split, this.ttft, this.itl, this.queues];

  show(state: State, history: History, forecasts: Forecasts | null): void {
    this.showSplit(state, history, forecasts);
    const at = history.at_s;
    const last = <T>(column: T[]): T | undefined => column[column.length - 1];
    this.ttft.show(
      [at, history.ttft_s_p99, history.ttft_s_p50, at.map(() => state.slo.ttft_floor_s)],
      `p99 ${seconds(last(history.ttft_s_p99))}, p50 ${seconds(last(history.ttft_s_p50))}; the limit grows with the prompt, from ${seconds(state.slo.ttft_floor_s)}`);
    this.itl.show(
      [at, history.itl_s_p99, history.itl_s_p50, at.map(() => state.slo.itl_s)],
      `p99 ${seconds(last(history.itl_s_p99))}, p50 ${seconds(last(history.itl_s_p50))}; limit ${seconds(state.slo.itl_s)}`);
    this.queues.show(
      [at, history.queued, history.decode_sequences, history.kv_free_share.map((s) => 1 - s)],
      `${count(state.prefill_queued)} waiting (${count(state.prefill_queued_tokens)} tokens), ${count(state.decode_sequences)} in decode, ${share(1 - state.kv_free_share)} of the KV cache used`);
  }

  private showSplit(state: State, history: History, forecasts: Forecasts | null): void {
    const series = forecasts?.series.prompt_tokens_per_s ?? null;
    const now = history.at_s[history.at_s.length - 1] ?? 0;
    const ahead = series && now > 0 ? forecasts!.horizons_s.map((h, i) => ({ at: now + h, i })).filter((f) => f.at - now >= 1 && f.at - now <= 60) : [];
    const pad = <T>(column: T[], fill: (f: { at: number; i: number }) => T | null): (T | null)[] => [...column, ...ahead.map(fill)];
    const none = history.at_s.map((): number | null => null);
    this.split.show(
      [
        [...history.at_s, ...ahead.map((f) => f.at)],
        pad(history.prefill_units, () => null),
        pad(history.decode_units, () => null),
        pad(history.prompt_tokens_per_s, () => null),
        pad(none, (f) => series!.mean[f.i]!),
        pad(none, (f) => series!.high[f.i]!),
        pad(none, (f) => series!.low[f.i]!),
      ],
      `prefill ${state.split.prefill_units}, decode ${state.split.decode_units} of ${state.engine.units} units${series && ahead.length > 0 ? `; ${count(series.mean[4]!)} prompt tokens/s foreseen over 30 s` : ""}`);
  }
}
