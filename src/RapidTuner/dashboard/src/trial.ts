import { api, type Session, type Trial } from "./api";
import { el, say, table } from "./dom";
import { count, share, words } from "./format";

const STAGE: Record<string, string> = {
  idle: "No challenger is on its way.",
  shadow: "In shadow: it decides without effect.",
  switchback: "In the switchback: both decide in turn, block by block, by lot.",
  watched: "Promoted and watched: some blocks are held back for its predecessor.",
};

const ratio = (value: number | null): string => (value === null ? "–" : value.toFixed(3));

/** Who decides, who wants to, and how the challenge stands. */
export class TrialPanel {
  private readonly headline = el("p", { class: "headline" });
  private readonly scores = el("p", {});
  private readonly blocks = el("div", { id: "trial-blocks" });
  private readonly end = el("button", { type: "button", onclick: () => void this.stop() }, "End the trial");
  readonly root = el(
    "section", { id: "trial", class: "panel wide", "aria-label": "Trial" }, el("h2", {}, "A challenger on trial"), this.headline, this.scores, this.blocks, this.end);

  constructor(private readonly tell: (failure: unknown) => void, private readonly reload: () => void) {}

  show(trial: Trial | null, session: Session): void {
    this.root.hidden = trial === null;
    if (trial === null) {
      return;
    }
    const running = trial.stage !== "idle";
    const wanted = !running && trial.wanted ? ` ${trial.wanted} is named and waits for the job evaluate.` : "";
    say(this.headline, running
      ? `${trial.challenger} challenges ${trial.champion}. ${STAGE[trial.stage] ?? words(trial.stage)} The ${trial.deciding} decides now.`
      : `${trial.champion} decides. ${STAGE.idle}${wanted}`);
    const { latest } = trial;
    say(this.scores, latest === null ? "" : [
      `${latest.challenger}: ${latest.verdict === "open" ? "not ended" : words(latest.verdict)}.`,
      ...(latest.what_if_ratio === null ? [] : [`Replayed in the twin it attains ${ratio(latest.what_if_ratio)} of what the champion does.`]),
      ...(latest.off_policy_high_rps === null ? ["The log says nothing of it."] : [`From the log it attains at most ${ratio(latest.off_policy_high_rps)} requests/s, the champion ${ratio(latest.champion_rps)}.`]),
      ...(latest.gain_low === null ? [] : [`Its gain in attainment is at least ${ratio(latest.gain_low)}.`])].join(" "));
    const arms = ["champion", "challenger"].map((arm) => {
      const own = trial.blocks.filter((b) => b.arm === arm);
      const settled = own.reduce((sum, b) => sum + b.settled, 0);
      return [arm, count(own.length), count(settled), settled === 0 ? "–" : share(own.reduce((sum, b) => sum + b.attained, 0) / settled)];
    });
    this.blocks.replaceChildren(trial.blocks.length === 0 ? "" : table("Blocks of this stage", ["decided by", "blocks", "requests", "inside the SLO"], arms, ""));
    this.end.hidden = !running;
    this.end.disabled = session.scope !== "admin";
  }

  private async stop(): Promise<void> {
    try {
      await api.endTrial();
      this.reload();
    } catch (failure) {
      this.tell(failure);
    }
  }
}
