import type { Forecasts, History, PlanPage, State } from "./api";
import { el, say } from "./dom";
import { count, seconds, share, words } from "./format";

const OVER_S = 300;

/** The answer at three in the morning: are we inside the SLO, what is it doing and why, what will it do next. */
export class Verdict {
  private readonly inside = el("strong");
  private readonly insideMore = el("p", { class: "quiet" });
  private readonly doing = el("strong");
  private readonly doingMore = el("p", { class: "quiet" });
  private readonly next = el("strong");
  private readonly nextMore = el("p", { class: "quiet" });
  readonly root = el(
    "section",
    { id: "verdict", class: "panel wide", "aria-label": "Verdict", "aria-live": "polite", tabindex: "-1" },
    el("div", { class: "inside" }, el("p", { class: "label" }, "Inside the SLO?"), this.inside, this.insideMore),
    el("div", {}, el("p", { class: "label" }, "What is it doing, and why?"), this.doing, this.doingMore),
    el("div", {}, el("p", { class: "label" }, "What comes next?"), this.next, this.nextMore),
  );

  show(state: State, history: History, forecasts: Forecasts | null, page: PlanPage): void {
    this.showSlo(state, history);
    const { split, pinned } = state;
    const held = pinned ?? split;
    say(this.doing, `Prefill ${held.prefill_units} · decode ${held.decode_units} of ${state.engine.units} units`);
    const why = page.decisions.by_reason.find((r) => r.reason === state.reason)?.why ?? (state.reason === "none" ? "nothing had to be decided yet" : words(state.reason));
    say(this.doingMore, pinned ? `An operator holds this split${pinned.prefill_units === split.prefill_units && pinned.decode_units === split.decode_units ? "" : "; it is in force from the next step on"}.` : `${why.charAt(0).toUpperCase()}${why.slice(1)}. ${count(state.prefill_queued)} waiting, ${count(state.decode_sequences)} in decode; policy ${state.policy}.`);
    this.showNext(history, forecasts, state, page);
  }

  private showSlo(state: State, history: History): void {
    const sum = (all: number[]): number => all.slice(-OVER_S).reduce((a, b) => a + b, 0);
    const ended = sum(history.ended);
    const attained = sum(history.attained);
    const { ttft_s, itl_s } = state.latest_minute;
    const rate = ended === 0 ? 1 : attained / ended;
    this.root.dataset.verdict = state.engine.fault ? "bad" : ended === 0 ? "none" : rate >= 0.99 ? "good" : rate >= 0.9 ? "warn" : "bad";
    const answer = ended === 0 ? "No requests in 5 minutes" : rate >= 0.99 ? "Yes" : rate >= 0.9 ? "Mostly" : "No";
    say(this.inside, state.engine.fault ? `The engine stopped: ${state.engine.fault}` : ended === 0 ? answer : `${answer}: ${share(rate)} of ${count(ended)} requests`);
    say(this.insideMore, `TTFT p99 ${seconds(ttft_s.p99)} (floor of the limit ${seconds(state.slo.ttft_floor_s)}) · ITL p99 ${seconds(itl_s.p99)} (limit ${seconds(state.slo.itl_s)})`);
  }

  private showNext(history: History, forecasts: Forecasts | null, state: State, page: PlanPage): void {
    const at = forecasts?.horizons_s.indexOf(10) ?? -1;
    const series = forecasts?.series.requests_per_s ?? null;
    if (!series || at < 0) {
      say(this.next, "No forecast yet");
      say(this.nextMore, "It needs a few seconds of load.");
      return;
    }
    const now = history.requests_per_s.slice(-10);
    const mean = now.reduce((a, b) => a + b, 0) / Math.max(1, now.length);
    const ahead = series.mean[at]!;
    if (ahead < 0.05 && mean < 0.05) {
      say(this.next, "No load, and none foreseen");
      say(this.nextMore, state.pinned ? "The pinned split stays." : "The first request is decided on when it comes.");
      return;
    }
    const trend = ahead > mean * 1.15 ? "Load rises" : ahead < mean * 0.85 ? "Load falls" : "Load holds";
    say(this.next, `${trend}: ${ahead.toFixed(1)} requests/s over the next 10 s`);
    const then = state.pinned ? "The pinned split stays." : page.plan ? "The plan stays until another is surely better." : "";
    say(this.nextMore, `${series.low[at]!.toFixed(1)} to ${series.high[at]!.toFixed(1)} with 90 %; ${mean.toFixed(1)} over the last 10 s. ${then}`);
  }
}
