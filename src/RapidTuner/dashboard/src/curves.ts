import type { Champion, Curve, Curves, Foreseen } from "./api";
import { Chart, type Spec } from "./charts";
import { el, table } from "./dom";
import { count, seconds } from "./format";

const spec = (id: string, title: string, colour: string): Spec => ({
  id, title, y: (v) => seconds(v), x: (v) => `${v} u`,
  lines: [
    { label: "alone (median)", colour },
    { label: "beside the other phase", colour, dash: [5, 4] },
    { label: "", colour: "transparent", width: 0 },
    { label: "", colour: "transparent", width: 0 },
    { label: "champion (alone, 90 % band)", colour: "--load" },
    { label: "", colour: "transparent", width: 0 },
    { label: "", colour: "transparent", width: 0 },
  ],
  bands: [[3, 4, `${colour}-fill`], [6, 7, "--load-fill"]],
});

/** Saturation curves of both phases, and how much slower a step is beside the other phase. */
export class CurvePanels {
  private readonly prefill = new Chart(spec("prefill-curve", "Saturation: prefill per 1,000 tokens against units", "--prefill"));
  private readonly decode = new Chart(spec("decode-curve", "Saturation: decode step against units", "--decode"));
  private readonly map = el("div", {}, el("p", { class: "quiet" }, "Not loaded yet."));
  readonly charts = [this.prefill, this.decode];
  readonly contention = el("section", { id: "contention", class: "panel", "aria-label": "Contention" }, el("h2", {}, "Contention: time beside the other phase / alone"), this.map);

  show(curves: Curves): void {
    const { champion } = curves;
    const perThousand = champion ? 1000 / champion.prefill.tokens : 1;
    this.prefill.show(this.columns(curves.prefill, champion?.prefill.curve, perThousand), this.summary(curves.prefill, curves, champion?.prefill.curve, `prefill of ${champion?.prefill.tokens} tokens`));
    this.decode.show(this.columns(curves.decode, champion?.decode.curve, 1), this.summary(curves.decode, curves, champion?.decode.curve, `decode of ${champion?.decode.sequences} sequences`));
    const factors = new Map<number, [number | null, number | null]>();
    for (const [i, curve] of [curves.prefill, curves.decode].entries()) {
      for (const { units, factor } of curve.contention) {
        const row = factors.get(units) ?? [null, null];
        row[i as 0 | 1] = factor;
        factors.set(units, row);
      }
    }
    const cell = (f: number | null): HTMLElement => el("span", {}, f === null ? "–" : `${f.toFixed(2)}×`);
    const view = table(
      "Contention by units", ["units", "prefill", "decode"],
      [...factors].sort(([a], [b]) => a - b).map(([units, [p, d]]) => [String(units), cell(p), cell(d)]),
      "Not measured yet: it needs steps of one size both alone and beside the other phase.");
    this.tint(view);
    this.map.replaceChildren(view, ...(champion ? [this.foreseen(champion)] : []));
  }

  /** The champion's contention map: a row a split, a column a decode batch and phase. */
  private foreseen(champion: Champion): HTMLElement {
    const batches = [...new Set(champion.contention.map((c) => c.decode_batch))];
    const splits = [...new Set(champion.contention.map((c) => c.prefill_units))].sort((a, b) => a - b);
    const cell = (f: { factor: number; low: number; high: number } | undefined): HTMLElement =>
      f ? el("span", { title: `90 % interval ${f.low.toFixed(2)} to ${f.high.toFixed(2)}` }, `${f.factor.toFixed(2)}×`) : el("span", {}, "–");
    const about = `Foreseen by the champion (${champion.kind}): prefill of ${champion.prefill.tokens} tokens beside decode`;
    const view = table(
      about,
      ["prefill units", ...batches.flatMap((b) => [`prefill, batch ${b}`, `decode, batch ${b}`])],
      splits.map((u) => [String(u), ...batches.flatMap((b) => {
        const at = champion.contention.find((c) => c.prefill_units === u && c.decode_batch === b);
        return [cell(at?.prefill), cell(at?.decode)];
      })]),
      "No split of the palette leaves units to decode.");
    this.tint(view);
    return el("div", {}, el("p", { class: "quiet" }, about), view);
  }

  private tint(view: HTMLElement): void {
    view.querySelectorAll("td:not(:first-child)").forEach((td) => {
      const factor = Number.parseFloat(td.textContent ?? "");
      td.className = Number.isNaN(factor) ? "" : `factor ${factor < 1.15 ? "f0" : factor < 1.5 ? "f1" : "f2"}`;
    });
  }

  private columns(curve: Curve, foreseen: Foreseen | undefined, scale: number): [number[], ...(number | null)[][]] {
    const units = [...new Set([...curve.alone, ...curve.beside, ...(foreseen?.points ?? [])].map((p) => p.units))].sort((a, b) => a - b);
    const find = (points: Curve["alone"], u: number) => points.find((p) => p.units === u);
    return [
      units,
      units.map((u) => find(curve.alone, u)?.p50_s ?? null),
      units.map((u) => find(curve.beside, u)?.p50_s ?? null),
      units.map((u) => find(curve.alone, u)?.p90_s ?? null),
      units.map((u) => find(curve.alone, u)?.p10_s ?? null),
      ...(["p50_s", "high_s", "low_s"] as const).map((key) => units.map((u) => {
        const at = foreseen?.points.find((p) => p.units === u);
        return at ? at[key] * scale : null;
      })),
    ];
  }

  private summary(curve: Curve, curves: Curves, foreseen: Foreseen | undefined, step: string): string {
    const all = [...curve.alone, ...curve.beside];
    const measured = all.length === 0 ? "" : `${curves.source} over the latest ${count(all.reduce((n, p) => n + p.steps, 0))} steps; the band is the 10th to the 90th percentile alone`;
    const { at, low, high } = foreseen?.saturation_units ?? {};
    const said = foreseen ? `the champion sees a ${step} saturate at ${at} units (${low} to ${high})` : "";
    return [measured, said].filter(Boolean).join("; ");
  }
}
