import type { Curve, Curves } from "./api";
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
  ],
  bands: [[3, 4, `${colour}-fill`]],
});

/** Saturation curves of both phases, and how much slower a step is beside the other phase. */
export class CurvePanels {
  private readonly prefill = new Chart(spec("prefill-curve", "Saturation: prefill per 1,000 tokens against units", "--prefill"));
  private readonly decode = new Chart(spec("decode-curve", "Saturation: decode step against units", "--decode"));
  private readonly map = el("div");
  readonly charts = [this.prefill, this.decode];
  readonly contention = el("section", { id: "contention", class: "panel", "aria-label": "Contention" }, el("h2", {}, "Contention: time beside the other phase / alone"), this.map);

  show(curves: Curves): void {
    this.prefill.show(this.columns(curves.prefill), this.summary(curves.prefill, curves));
    this.decode.show(this.columns(curves.decode), this.summary(curves.decode, curves));
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
    view.querySelectorAll("td:not(:first-child)").forEach((td) => {
      const factor = Number.parseFloat(td.textContent ?? "");
      td.className = Number.isNaN(factor) ? "" : `factor ${factor < 1.15 ? "f0" : factor < 1.5 ? "f1" : "f2"}`;
    });
    this.map.replaceChildren(view);
  }

  private columns(curve: Curve): [number[], ...(number | null)[][]] {
    const units = [...new Set([...curve.alone, ...curve.beside].map((p) => p.units))].sort((a, b) => a - b);
    const find = (points: Curve["alone"], u: number) => points.find((p) => p.units === u);
    return [
      units,
      units.map((u) => find(curve.alone, u)?.p50_s ?? null),
      units.map((u) => find(curve.beside, u)?.p50_s ?? null),
      units.map((u) => find(curve.alone, u)?.p90_s ?? null),
      units.map((u) => find(curve.alone, u)?.p10_s ?? null),
    ];
  }

  private summary(curve: Curve, curves: Curves): string {
    const all = [...curve.alone, ...curve.beside];
    return all.length === 0 ? "" : `${curves.source} over the latest ${count(all.reduce((n, p) => n + p.steps, 0))} steps; the band is the 10th to the 90th percentile alone`;
  }
}
