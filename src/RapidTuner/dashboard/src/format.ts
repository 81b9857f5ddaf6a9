/** Numbers and words as people read them. */
export const seconds = (s: number | null | undefined): string =>
  s === null || s === undefined ? "–" : s < 1 ? `${Math.round(s * 1000)} ms` : `${s.toFixed(s < 10 ? 2 : 1)} s`;

export const share = (x: number): string => `${(100 * x).toFixed(x > 0.995 && x < 1 ? 2 : 1)} %`;

export const count = (n: number): string => n.toLocaleString("en", { maximumFractionDigits: n < 10 ? 1 : 0 });

export const words = (name: string): string => name.replaceAll("_", " ");

export const time = (atS: number): string => new Date(atS * 1000).toLocaleTimeString("en-GB");

export const age = (s: number): string => (s < 90 ? `${Math.round(s)} s` : s < 5400 ? `${Math.round(s / 60)} min` : `${(s / 3600).toFixed(1)} h`);
