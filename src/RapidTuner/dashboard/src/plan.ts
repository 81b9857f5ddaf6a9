import type { Candidate, PlanPage, State } from "./api";
import { el, say, table } from "./dom";
import { age, count, share, words } from "./format";

const MINUTE_REASONS = 6;

/** What each parameter of a plan means to whoever reads it; those without a line here keep their name. */
const MEANING: Record<string, (value: number) => string> = {
  decode_floor_share: (v) => `decode keeps at least ${share(v)} of the units`,
  step_itls: (v) => `decode steps beside prefill aim at ${v.toFixed(2)} of the ITL limit`,
  join_itls: (v) => (v > 2 ? "a request's first gap may be late" : `a request's first gap within ${v.toFixed(2)} of the ITL limit`),
  margin: (v) => `decode steps planned for ${share(v)} of the limit`,
  chunk_tokens: (v) => (v >= 1e9 ? "whole prompts" : `prefill in chunks of ${count(v)} tokens`),
  fcfs: (v) => (v === 1 ? "first come, first served" : "shortest prompt first"),
  demotion_share: (v) => (v > 0 ? "prompts that are too late anyway go last" : "late prompts keep their place"),
  overlaps: (v) => (v === 1 ? "both phases share every unit" : "units divided by masks"),
  holds: (v) => (v === 1 ? "decode may wait for a prefill step's end" : "decode never waits"),
};

const meaning = (name: string, value: number): string => MEANING[name]?.(value) ?? `${words(name)} ${value}`;

/** What distinguishes one candidate from the chosen one, in words. */
function difference(candidate: Candidate, chosen: Candidate): string {
  const names = Object.keys(candidate.parameters).filter((n) => candidate.parameters[n] !== chosen.parameters[n]);
  return names.length === 0 ? "nothing: the plan in force" : names.map((n) => meaning(n, candidate.parameters[n]!)).join("; ");
}

const number = (value: number | null): string => (value === null ? "–" : value.toFixed(1));

/** The plan in force, what was weighed against it, and what decided over the latest minute. */
export class PlanPanel {
  private readonly headline = el("p", { class: "headline" });
  private readonly means = el("ul", { class: "means" });
  private readonly why = el("p", {});
  private readonly otherwise = el("p", { class: "quiet" });
  private readonly candidates = el("div", { id: "candidates" });
  private readonly minute = el("div", { id: "minute" });
  private readonly health = el("p", { id: "planning" });
  private shown: string | null = null;
  readonly root = el(
    "section", { id: "plan", class: "panel wide", "aria-label": "Plan" },
    el("h2", {}, "The plan, and what it was weighed against"), this.headline, this.means, this.why, this.otherwise, this.candidates,
    el("h2", {}, "What decided over the latest minute"), this.minute, this.health);

  show(page: PlanPage, tuner: State["tuner"]): void {
    this.showPlan(page);
    this.showMinute(page);
    this.showHealth(tuner);
  }

  private showHealth(tuner: State["tuner"]): void {
    this.health.hidden = tuner === null;
    if (tuner === null) {
      return;
    }
    const { failed, dropped, explored } = tuner.plans;
    const alarms = [
      ...(tuner.refused ? [`The RAPID rule decides now: ${words(tuner.refused)}.`] : []),
      ...(tuner.inert ? ["The tuner wants the same split whatever the load."] : []),
      ...(tuner.flapping ? ["The split changes too often and is held back."] : []),
    ];
    this.health.className = alarms.length > 0 || failed > 0 ? "warning" : "quiet";
    say(this.health, `${alarms.join(" ")} Planning failed ${count(failed)} times since the start and missed ${count(dropped)} events; chance chose ${count(explored)} plans.`.trim());
  }

  private showPlan(page: PlanPage): void {
    const { plan } = page;
    if (plan === null) {
      const planning = page.policy.startsWith("learned");
      say(this.headline, planning ? "No plan yet: the rule's first parameters are in force." : `The policy ${page.policy} makes no plans: its rule alone decides.`);
      say(this.why, planning ? "The first plan comes once some tens of requests have arrived." : "");
      return;
    }
    say(this.headline, `Plan ${count(page.plans)}, made ${age(plan.age_s)} ago for ${number(plan.requests_per_s)} requests/s; ${count(page.changes)} of ${count(page.plans)} plans changed something.`);
    const key = `${page.plans}`;
    if (key === this.shown) {
      return;
    }
    this.shown = key;
    const chosen = plan.candidates.find((c) => c.chosen)!;
    this.means.replaceChildren(...Object.entries(chosen.parameters).map(([n, v]) => el("li", {}, meaning(n, v))));
    say(this.why, `Why this one: ${plan.explored ? "chance chose it, to learn from it" : plain(plan.why, plan.candidates, chosen)}.`);
    say(this.otherwise, `What would change it: ${plain(plan.otherwise, plan.candidates, chosen)}.`);
    this.candidates.replaceChildren(table(
      "Candidates of the plan", ["", "what it would change", "requests inside SLO, expected", "score"],
      plan.candidates.map((c) => [c.chosen ? (plan.changed ? "chosen" : "kept") : c.current ? "before" : "", difference(c, chosen), number(c.attained), number(c.score)]),
      "No candidate was considered."));
    const some = plan.candidates_in_all > plan.candidates.length ? `The best ${plan.candidates.length} of ${plan.candidates_in_all} candidates. ` : "";
    this.candidates.append(el("p", { class: "quiet" }, `${some}Expected: requests of the rehearsed load, in this round. Score: by what candidates are compared, over several rounds and less what a change costs.`));
  }

  private showMinute(page: PlanPage): void {
    const total = page.decisions.by_reason.reduce((sum, r) => sum + r.count, 0);
    const guards = page.decisions.by_reason.filter((r) => r.guard);
    const acted = guards.reduce((sum, r) => sum + r.count, 0);
    const everActed = guards.reduce((sum, r) => sum + r.in_all, 0);
    const top = page.decisions.by_reason.filter((r) => r.count > 0).slice(0, MINUTE_REASONS);
    this.minute.replaceChildren(
      table("Reasons over the latest minute", ["share", "decisions", "reason", "why"],
        top.map((r) => [share(r.count / total), count(r.count), words(r.reason) + (r.guard ? " (guardrail)" : ""), r.why]),
        "No decision in the latest minute."),
      el("p", { class: acted > 0 ? "warning" : "quiet" }, `Guardrails acted on ${count(acted)} of ${count(total)} decisions; since the start on ${count(everActed)}.`));
  }
}

/** An explanation names candidates by their short names; a reader knows them by what they change. */
function plain(text: string, candidates: Candidate[], chosen: Candidate): string {
  return candidates.reduce((t, c) => t.replaceAll(`\`${c.name}\``, `“${difference(c, chosen)}”`), text);
}
