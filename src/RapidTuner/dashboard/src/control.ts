import { api, type Job, type Model, type Scheduled, type Session, type State } from "./api";
import { el, say, table } from "./dom";
import { age, share, time, words } from "./format";

type Tell = (failure: unknown) => void;

/** Pin and unpin: one form, and what it did. */
export class PinPanel {
  private readonly prefill = el("input", { type: "number", id: "pin-prefill", min: "1", step: "1", required: true });
  private readonly decode = el("input", { type: "number", id: "pin-decode", min: "1", step: "1", required: true });
  private readonly pin = el("button", { type: "submit" }, "Pin this split");
  private readonly unpin = el("button", { type: "button", onclick: () => void this.release() }, "Give it back to the policy");
  private readonly held = el("p", { role: "status" });
  readonly root = el(
    "section", { id: "control", class: "panel", "aria-label": "Control" },
    el("h2", {}, "Hold a split"),
    el("form", { class: "row", onsubmit: (e) => { e.preventDefault(); void this.hold(); } },
      el("label", {}, "prefill units", this.prefill), el("label", {}, "decode units", this.decode), this.pin, this.unpin),
    this.held);

  constructor(private readonly tell: Tell) {}

  show(state: State, session: Session): void {
    const may = session.scope === "admin";
    for (const input of [this.prefill, this.decode]) {
      input.max = String(state.engine.units);
      input.disabled = !may;
    }
    if (this.prefill.value === "") {
      this.prefill.value = String(state.split.prefill_units);
      this.decode.value = String(state.split.decode_units);
    }
    this.pin.disabled = !may;
    this.unpin.disabled = !may || state.pinned === null;
    say(this.held, state.pinned ? `Held by an operator: prefill ${state.pinned.prefill_units}, decode ${state.pinned.decode_units}.` : may ? "The policy decides." : "The policy decides. Holding a split needs a key of admin scope.");
  }

  private async hold(): Promise<void> {
    try {
      const { pinned } = await api.pin({ prefill_units: this.prefill.valueAsNumber, decode_units: this.decode.valueAsNumber });
      say(this.held, `Held by an operator: prefill ${pinned.prefill_units}, decode ${pinned.decode_units}.`);
    } catch (failure) {
      this.tell(failure);
    }
  }

  private async release(): Promise<void> {
    try {
      await api.unpin();
      say(this.held, "The policy decides.");
    } catch (failure) {
      this.tell(failure);
    }
  }
}

/** Models in office and jobs that made them. */
export class RegistryPanel {
  private readonly models = el("div", {}, el("p", { class: "quiet" }, "Not loaded yet."));
  private readonly scheduled = el("div", {}, el("p", { class: "quiet" }, "Not loaded yet."));
  private readonly jobs = el("div", {}, el("p", { class: "quiet" }, "Not loaded yet."));
  readonly root = el(
    "section", { id: "registry", class: "panel wide", "aria-label": "Models and jobs" },
    el("h2", {}, "Models"), this.models, el("h2", {}, "Jobs"), this.scheduled, el("h2", {}, "Runs of jobs"), this.jobs);

  constructor(private readonly tell: Tell, private readonly reload: () => void) {}

  show(models: Model[], jobs: Job[], scheduled: Scheduled[], session: Session): void {
    const may = session.scope === "admin";
    const change = (m: Model): Node | string => m.status === "champion"
      ? el("span", { class: "row" },
        el("button", { type: "button", disabled: !may || m.pinned, onclick: () => void this.act(() => api.rollback(m.id)) }, "Roll back"),
        el("button", { type: "button", disabled: !may, onclick: () => void this.act(() => api.pinModel(m.id, !m.pinned)) }, m.pinned ? "Unpin" : "Pin"))
      : "";
    this.models.replaceChildren(table(
      "Models", ["target", "for", "status", "trained", "id", ""],
      models.map((m) => [words(m.target), m.scope, m.status + (m.pinned ? ", pinned" : ""), m.created_us > 0 ? age(Date.now() / 1000 - m.created_us / 1e6) + " ago" : "with the program", m.id, change(m)]),
      "No model was trained here yet."));
    const button = (s: Scheduled): Node => s.running
      ? el("button", { type: "button", disabled: !may, onclick: () => void this.act(() => api.cancel(s.running!.id)) }, "Cancel")
      : el("button", { type: "button", disabled: !may, onclick: () => void this.act(() => api.run(s.name)) }, "Run now");
    this.scheduled.replaceChildren(table(
      "Schedule", ["job", "what it does", "next", ""],
      scheduled.map((s) => [s.name, s.about, s.running ? `running, ${share(s.running.progress)}` : s.next_run_s ? time(s.next_run_s) : "by hand", button(s)]),
      "No job is set up."));
    this.jobs.replaceChildren(table(
      "Jobs", ["job", "state", "started", "by", ""],
      jobs.slice(0, 10).map((j) => [j.name, j.state === "running" ? `running, ${share(j.progress)}` : j.state, time(j.started_s), j.trigger, j.error ?? ""]),
      "No job ran here yet."));
  }

  private async act(change: () => Promise<unknown>): Promise<void> {
    try {
      await change();
      this.reload();
    } catch (failure) {
      this.tell(failure);
    }
  }
}
