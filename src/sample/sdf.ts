/** Signed distance fields in the units of the drawing: negative inside, positive outside, about one per unit near the edge. */
export type Sdf = (x: number, y: number) => number;

export const circle =
  (cx: number, cy: number, r: number): Sdf =>
  (x, y) =>
    Math.hypot(x - cx, y - cy) - r;

/** First-order distance: exact on the edge, which is where it matters here. */
export const ellipse =
  (cx: number, cy: number, rx: number, ry: number): Sdf =>
  (x, y) => {
    const dx = x - cx;
    const dy = y - cy;
    const k0 = Math.hypot(dx / rx, dy / ry);
    const k1 = Math.hypot(dx / (rx * rx), dy / (ry * ry));
    return k1 === 0 ? -Math.min(rx, ry) : (k0 * (k0 - 1)) / k1;
  };

/** Box of half width `hw` and half height `hh` around (cx, cy) with corners of radius `r`. */
export const roundBox =
  (cx: number, cy: number, hw: number, hh: number, r: number): Sdf =>
  (x, y) => {
    const dx = Math.abs(x - cx) - hw + r;
    const dy = Math.abs(y - cy) - hh + r;
    return Math.min(Math.max(dx, dy), 0) + Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) - r;
  };

/** A limb from (x0, y0) to (x1, y1) whose radius goes from `r0` to `r1`. */
export const limb = (x0: number, y0: number, x1: number, y1: number, r0: number, r1 = r0): Sdf => {
  const bx = x1 - x0;
  const by = y1 - y0;
  const length2 = bx * bx + by * by;
  return (x, y) => {
    const t = Math.min(1, Math.max(0, ((x - x0) * bx + (y - y0) * by) / length2));
    return Math.hypot(x - x0 - bx * t, y - y0 - by * t) - (r0 + (r1 - r0) * t);
  };
};

/** Trapezoid between y0 (half width w0) and y1 (half width w1) around x = cx, corners rounded by `r`. */
export const taper = (cx: number, y0: number, w0: number, y1: number, w1: number, r: number): Sdf => {
  const slope = (w1 - w0) / (y1 - y0);
  const norm = 1 / Math.hypot(1, slope);
  return (x, y) => {
    const side = (Math.abs(x - cx) - (w0 + (y - y0) * slope)) * norm + r;
    const cap = Math.abs(y - (y0 + y1) / 2) - (y1 - y0) / 2 + r;
    return Math.min(Math.max(side, cap), 0) + Math.hypot(Math.max(side, 0), Math.max(cap, 0)) - r;
  };
};

/** The band of width 2 * `half` along the edge of a shape. */
export const band =
  (shape: Sdf, half: number): Sdf =>
  (x, y) =>
    Math.abs(shape(x, y)) - half;

export const cut =
  (shape: Sdf, hole: Sdf): Sdf =>
  (x, y) =>
    Math.max(shape(x, y), -hole(x, y));

export const within =
  (a: Sdf, b: Sdf): Sdf =>
  (x, y) =>
    Math.max(a(x, y), b(x, y));

/** Union whose seams are filled up to about `k` units (polynomial smooth minimum, https://iquilezles.org/articles/smin/). */
export const blend =
  (k: number, ...shapes: readonly Sdf[]): Sdf =>
  (x, y) => {
    let distance = Infinity;
    for (const shape of shapes) {
      const d = shape(x, y);
      if (distance === Infinity) distance = d;
      else {
        const h = Math.max(k - Math.abs(distance - d), 0) / k;
        distance = Math.min(distance, d) - (h * h * k) / 4;
      }
    }
    return distance;
  };
