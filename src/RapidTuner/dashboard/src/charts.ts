import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { el, say } from "./dom";
import { time } from "./format";

export type Line = { label: string; colour: string; dash?: number[]; step?: boolean; fill?: string; width?: number; scale?: string; format?: (v: number) => string };
export type Spec = { id: string; title: string; lines: Line[]; y: (v: number) => string; y2?: (v: number) => string; bands?: [number, number, string][]; xTime?: boolean; x?: (v: number) => string; yMin?: number };

/** Shortest span of a time axis, seconds: a service that just started is not drawn in milliseconds. */
const SPAN_MIN_S = 60;

const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const paint = (colour: string): string => (colour.startsWith("--") ? css(colour) : colour);

/** A chart with a caption that says in words what it shows now. Made once, fed often: nothing grows while it lives. */
export class Chart {
  readonly root: HTMLElement;
  private readonly box = el("div", { class: "plot" });
  private readonly summary = el("p", { class: "summary" });
  private readonly empty = el("p", { class: "quiet empty" }, "No data yet.");
  private plot: uPlot | null = null;
  private data: uPlot.AlignedData | null = null;

  constructor(private readonly spec: Spec) {
    const legend = el("ul", { class: "legend" }, ...spec.lines.filter((l) => l.label).map((l) => el("li", { "data-colour": l.colour, "data-dash": l.dash ? "yes" : "no" }, l.label)));
    this.root = el("figure", { id: spec.id, class: "panel" }, el("figcaption", {}, el("h2", {}, spec.title), this.summary, legend), this.box, this.empty);
    this.box.hidden = true;
    new ResizeObserver(() => this.fit()).observe(this.box);
  }

  show(data: uPlot.AlignedData, summary: string): void {
    this.data = data;
    say(this.summary, summary);
    const any = (data[0]?.length ?? 0) > (this.spec.xTime ? 1 : 0);
    this.empty.hidden = any;
    this.box.hidden = !any;
    if (!any) {
      return;
    }
    if (this.plot) {
      this.plot.setData(data);
    } else {
      this.plot = new uPlot(this.options(), data, this.box);
    }
    this.box.setAttribute("role", "img");
    this.box.setAttribute("aria-label", `${this.spec.title}: ${summary}`);
  }

  /** Draws anew in the colours in force. */
  recolour(): void {
    this.plot?.destroy();
    this.plot = null;
    if (this.data) {
      this.show(this.data, this.summary.textContent ?? "");
    }
  }

  private fit(): void {
    const width = this.box.clientWidth;
    if (this.plot && width > 0 && width !== this.plot.width) {
      this.plot.setSize({ width, height: this.plot.height });
    }
  }

  private options(): uPlot.Options {
    const { spec } = this;
    const axis = { stroke: css("--quiet"), grid: { stroke: css("--grid"), width: 1 }, ticks: { show: false }, font: "12px system-ui" };
    const axes: uPlot.Axis[] = [
      { ...axis, space: spec.xTime ? 76 : 50, values: (_, all) => all.map(spec.xTime ? time : (spec.x ?? String)) },
      { ...axis, size: 64, values: (_, all) => all.map(spec.y) },
    ];
    if (spec.y2) {
      axes.push({ ...axis, scale: "y2", side: 1, size: 60, grid: { show: false }, values: (_, all) => all.map(spec.y2!) });
    }
    return {
      width: Math.max(200, this.box.clientWidth),
      height: 190,
      legend: { show: false },
      cursor: { y: false, points: { size: 6 } },
      scales: {
        x: spec.xTime ? { time: true, range: (_u, min, max) => [Math.min(min ?? 0, (max ?? 0) - SPAN_MIN_S), max ?? 0] } : { time: false, range: (_u, _min, max) => [0, (max ?? 1) * 1.05] },
        y: { range: (_u, min, max) => [spec.yMin ?? Math.min(0, min ?? 0), max === null || max <= 0 ? 1 : max * 1.08] },
        y2: { range: (_u, _min, max) => [0, max === null || max <= 0 ? 1 : max * 1.3] },
      },
      axes,
      series: [
        {},
        ...spec.lines.map((l) => ({
          label: l.label,
          stroke: paint(l.colour),
          width: l.width ?? 2,
          dash: l.dash,
          scale: l.scale ?? "y",
          fill: l.fill ? paint(l.fill) : undefined,
          points: { show: !spec.xTime && !!l.label, size: 7 },
          spanGaps: true,
          paths: l.step ? uPlot.paths.stepped!({ align: 1 }) : undefined,
        })),
      ],
      bands: spec.bands?.map(([high, low, colour]) => ({ series: [high, low] as [number, number], fill: paint(colour) })),
    };
  }
}
