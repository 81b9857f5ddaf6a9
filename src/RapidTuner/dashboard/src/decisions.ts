import { api, type Decision } from "./api";
import { el, table } from "./dom";
import { time, words } from "./format";

/** Decisions with their reasons, latest first; a filter, and older pages. */
export class DecisionPanel {
  private readonly rows = el("div");
  private readonly filter = el("select", { id: "reason", onchange: () => void this.load(null) }, el("option", { value: "" }, "any reason"));
  private readonly older = el("button", { type: "button", onclick: () => void this.load(this.next) }, "Older");
  private readonly newest = el("button", { type: "button", hidden: true, onclick: () => void this.load(null) }, "Newest");
  private next: number | null = null;
  private paged = false;
  private open = new Set<number>();
  readonly root = el(
    "section", { id: "decisions", class: "panel wide", "aria-label": "Decisions" },
    el("h2", {}, "Decisions and their reasons"),
    el("div", { class: "row" }, el("label", {}, "reason", this.filter), this.older, this.newest),
    this.rows);

  constructor(private readonly tell: (failure: unknown) => void) {}

  /** Loads the newest page, unless the reader is on an older one. */
  async refresh(): Promise<void> {
    if (!this.paged) {
      await this.load(null);
    }
  }

  private async load(before: number | null): Promise<void> {
    try {
      const page = await api.decisions(this.filter.value, before);
      this.paged = before !== null;
      this.next = page.next_before;
      this.older.disabled = page.next_before === null;
      this.newest.hidden = !this.paged;
      this.offer(page.decisions);
      this.open = new Set(page.decisions.map((d) => d.seq).filter((seq) => this.open.has(seq)));
      this.rows.replaceChildren(table(
        "Decisions", ["at", "prefill / decode", "reason", "why"],
        page.decisions.map((d) => [time(d.at_s), `${d.split.prefill_units} / ${d.split.decode_units}`, words(d.reason), this.why(d)]),
        this.filter.value ? "None with this reason here; older pages may have some." : "No decision yet."));
    } catch (failure) {
      this.tell(failure);
    }
  }

  /** The sentence that says why; what was seen, and what would have changed it, on request. One that was open stays open. */
  private why(decision: Decision): HTMLElement {
    const more = el("details", { ontoggle: () => { if (more.open) { this.open.add(decision.seq); } else { this.open.delete(decision.seq); } } },
      el("summary", {}, decision.why), el("p", { class: "quiet" }, decision.explanation));
    more.open = this.open.has(decision.seq);
    return more;
  }

  private offer(decisions: Decision[]): void {
    const known = new Set([...this.filter.options].map((o) => o.value));
    for (const reason of new Set(decisions.map((d) => d.reason))) {
      if (!known.has(reason)) {
        this.filter.append(el("option", { value: reason }, words(reason)));
      }
    }
  }
}
