import { api, Refused, type Forecasts, type History, type PlanPage, type Point, type Session, type State } from "./api";
import { CurvePanels } from "./curves";
import { PinPanel, RegistryPanel } from "./control";
import { DecisionPanel } from "./decisions";
import { byId, el, say } from "./dom";
import { age } from "./format";
import { append, LiveCharts } from "./live";
import { login } from "./login";
import { PlanPanel } from "./plan";
import { TrialPanel } from "./trial";
import { Verdict } from "./verdict";

const STALE_MS = 5_000;
const RETRY_MS = 3_000;

const main = byId("main");
const link = byId("link");
const alertBox = byId("alert");

type Link = "loading" | "live" | "stale" | "disconnected" | "logged out";

let heardAt = Date.now();
let linked: Link = "loading";
let clearCharts: () => void = () => {};

function setLink(state: Link): void {
  linked = state;
  link.dataset.state = state;
  const since = (Date.now() - heardAt) / 1000;
  say(link, state === "stale" ? `stale: nothing new for ${age(since)}` : state === "disconnected" ? `disconnected for ${age(since)}; trying again` : state);
  main.classList.toggle("old", state === "stale" || state === "disconnected");
}

function tell(failure: unknown): void {
  if (failure instanceof Refused && failure.status === 401) {
    void start();
    return;
  }
  say(alertBox, failure instanceof Error ? failure.message : String(failure));
  alertBox.hidden = false;
  window.setTimeout(() => { alertBox.hidden = true; }, 10_000);
}

/** Runs a task again and again while the page is seen; answers how to stop it. */
function every(ms: number, task: () => void): () => void {
  const timer = window.setInterval(() => { if (!document.hidden) { task(); } }, ms);
  return () => window.clearInterval(timer);
}

async function start(): Promise<void> {
  clearCharts();
  try {
    const session = await api.session();
    byId("logout").hidden = !session.keys_on || session.scope === null;
    if (session.keys_on && session.scope === null) {
      setLink("logged out");
      main.setAttribute("aria-busy", "false");
      main.replaceChildren(login(() => void start()));
      return;
    }
    await show(session);
  } catch (failure) {
    heardAt = linked === "loading" ? heardAt : Date.now();
    setLink("disconnected");
    main.replaceChildren(el("section", { class: "skeleton panel" }, el("p", {}, `${failure instanceof Error ? failure.message : "The service cannot be reached."} Trying again every ${RETRY_MS / 1000} seconds.`)));
    window.setTimeout(() => void start(), RETRY_MS);
  }
}

async function show(session: Session): Promise<void> {
  const [first, history, seen, made] = await Promise.all([api.state(), api.history(), api.forecasts(), api.plan()]);
  let state: State = first;
  let forecasts: Forecasts | null = seen;
  let plan: PlanPage = made;
  const verdict = new Verdict();
  const live = new LiveCharts();
  const curves = new CurvePanels();
  const planned = new PlanPanel();
  const pin = new PinPanel(tell);
  const decisions = new DecisionPanel(tell);
  const trial = new TrialPanel(tell, () => void slow());
  const registry = new RegistryPanel(tell, () => void slow());
  main.setAttribute("aria-busy", "false");
  main.replaceChildren(verdict.root, ...live.all.map((c) => c.root), planned.root, trial.root, ...curves.charts.map((c) => c.root), curves.contention, pin.root, registry.root, decisions.root);
  const { kind, model, device, tp } = state.engine;
  say(byId("engine"), `${model} on ${device}${tp > 1 ? ` ×${tp}` : ""} (${kind}) · policy ${state.policy} · SLO ${state.slo.tier}`);

  const draw = (): void => {
    verdict.show(state, history, forecasts, plan);
    planned.show(plan, state.tuner);
    live.show(state, history, forecasts);
    pin.show(state, session);
  };
  const slow = async (): Promise<void> => {
    try {
      const [c, m, j, t] = await Promise.all([api.curves(), api.models(), api.jobs(), api.trial()]);
      curves.show(c);
      trial.show(t, session);
      registry.show(m.models, j.jobs, j.scheduled, session);
    } catch (failure) {
      tell(failure);
    }
  };
  draw();
  heardAt = Date.now();
  setLink("live");
  void decisions.refresh();
  void slow();

  const stops = [every(5_000, () => void decisions.refresh()), every(15_000, () => void slow()), listen(history, (s) => { state = s; }, (f) => { forecasts = f; }, (p) => { plan = p; }, draw)];
  const recolour = (): void => [...live.all, ...curves.charts].forEach((c) => c.recolour());
  document.addEventListener("themechange", recolour);
  clearCharts = () => {
    stops.forEach((stop) => stop());
    document.removeEventListener("themechange", recolour);
    clearCharts = () => {};
  };
}

/** Follows the event stream; says when it is silent or broken, and comes back by itself. */
function listen(history: History, onState: (s: State) => void, onForecasts: (f: Forecasts) => void, onPlan: (p: PlanPage) => void, draw: () => void): () => void {
  let source: EventSource | null = null;
  let retry = 0;
  const read = <T>(event: Event): T => JSON.parse((event as MessageEvent<string>).data) as T;
  const open = (): void => {
    source = new EventSource("/api/v1/events");
    source.addEventListener("point", (e) => {
      const point = read<Point>(e);
      if (point.at_s > (history.at_s[history.at_s.length - 1] ?? 0)) {
        append(history, point);
      }
    });
    source.addEventListener("forecast", (e) => onForecasts(read<Forecasts>(e)));
    source.addEventListener("plan", (e) => onPlan(read<PlanPage>(e)));
    source.addEventListener("state", (e) => {
      onState(read<State>(e));
      heardAt = Date.now();
      setLink("live");
      if (!document.hidden) {
        draw();
      }
    });
    source.onerror = () => {
      setLink("disconnected");
      if (source?.readyState === EventSource.CLOSED) {
        window.clearTimeout(retry);
        retry = window.setTimeout(() => void again(), RETRY_MS);
      }
    };
  };
  // A closed stream means that the service refused it: perhaps the log-in ended.
  const again = async (): Promise<void> => {
    try {
      const session = await api.session();
      if (session.keys_on && session.scope === null) {
        void start();
      } else {
        open();
      }
    } catch {
      retry = window.setTimeout(() => void again(), RETRY_MS);
    }
  };
  open();
  const watch = window.setInterval(() => {
    if (linked !== "live" || Date.now() - heardAt > STALE_MS) {
      setLink(linked === "disconnected" ? "disconnected" : "stale");
    }
  }, 1_000);
  return () => {
    source?.close();
    window.clearTimeout(retry);
    window.clearInterval(watch);
  };
}

function theme(): void {
  const stored = localStorage.getItem("theme");
  const dark = stored ? stored === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

theme();
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { theme(); document.dispatchEvent(new Event("themechange")); });
byId("theme").addEventListener("click", () => {
  localStorage.setItem("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  theme();
  document.dispatchEvent(new Event("themechange"));
});
byId("logout").addEventListener("click", () => { api.logout().then(() => start(), tell); });
main.replaceChildren(el("section", { class: "skeleton panel" }, el("p", { class: "quiet" }, "Loading…")));
void start();
