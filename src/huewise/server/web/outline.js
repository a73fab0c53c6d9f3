// The outline of a mask: its border and its holes as one even-odd polygon, as outlines.py of the server makes them. Pure.

const CLOSED = 2; // pixels by which a mask is grown and shrunk again: grain leaves holes
const HOLE = 0.015; // of the region's area, from which a hole is left out of it
const BEND = 0.8; // pixels by which the outline may be simplified
const MOST_CORNERS = 1200;

/** @typedef {[number, number][]} Path */
/** @typedef {{width: number, height: number, data: Uint8Array}} Mask 1 inside */

/** @param {Mask} mask one connected part @returns {Path} empty where it encloses nothing; corners are those of pixels */
export function outlineOf(mask) {
  const rings = ringsOf(closeGaps(mask)).sort((one, other) => Math.abs(areaOf(other)) - Math.abs(areaOf(one)));
  if (!rings.length) return [];
  const least = HOLE * Math.abs(areaOf(rings[0]));
  const large = rings.filter((ring, i) => i === 0 || (areaOf(ring) < 0 && -areaOf(ring) >= least));
  for (let bend = BEND; ; bend *= 2) {
    const path = joined(large.map((ring) => simplify(ring, bend)).filter((ring) => ring.length >= 3));
    if (path.length <= MOST_CORNERS) return path;
  }
}

/** Rings as one path: to a ring, around it, back to the beginning. @param {Path[]} rings @returns {Path} */
function joined(rings) {
  if (rings.length < 2) return rings[0] ?? [];
  return rings.flatMap((ring, i) => [...ring, ring[0], ...(i ? [rings[0][0]] : [])]);
}

/** @param {Path} ring @returns {number} signed: that of a hole is negative */
function areaOf(ring) {
  return ring.reduce((sum, [x, y], i) => {
    const [u, v] = ring[(i + 1) % ring.length];
    return sum + x * v - y * u;
  }, 0) / 2;
}

/** Grow by CLOSED pixels and shrink again; the mask lies away from its border, or is cut there. @param {Mask} mask @returns {Mask} */
function closeGaps({ width, height, data }) {
  let closed = data;
  for (const value of [1, 0]) {
    for (let step = 0; step < CLOSED; step += 1) closed = spread({ width, height, data: closed }, value);
  }
  return { width, height, data: closed.map((one, i) => one | data[i]) };
}

/** Pixels take the value `value` if a neighbour has it. @param {Mask} mask @param {number} value */
function spread({ width, height, data }, value) {
  const out = Uint8Array.from(data);
  for (let y = 0, i = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, i += 1) {
      if (data[i] === value) continue;
      if ((x > 0 && data[i - 1] === value) || (x < width - 1 && data[i + 1] === value)
        || (y > 0 && data[i - width] === value) || (y < height - 1 && data[i + width] === value)) out[i] = value;
    }
  }
  return out;
}

/** Every border, corner by corner, with the inside on the right hand. @param {Mask} mask @returns {Path[]} */
function ringsOf({ width, height, data }) {
  const has = (/** @type {number} */ x, /** @type {number} */ y) => x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] === 1;
  const walked = new Uint8Array(data.length); // upper edges of pixels: every ring has one that goes right
  const rings = [];
  for (let i = 0; i < data.length; i += 1) {
    if (!data[i] || walked[i] || (i >= width && data[i - width])) continue;
    rings.push(follow(has, i % width, Math.floor(i / width), (x, y) => (walked[y * width + x] = 1)));
  }
  return rings;
}

/**
 * @param {(x: number, y: number) => boolean} has @param {number} x0 @param {number} y0 the pixel whose upper edge begins the ring
 * @param {(x: number, y: number) => void} walk told of each pixel whose upper edge is passed @returns {Path}
 */
function follow(has, x0, y0, walk) {
  let [x, y, way] = [x0, y0, 0]; // ways: right, down, left, up
  /** @type {Path} */
  const path = [];
  do {
    path.push([x, y]);
    if (way === 0) walk(x, y);
    [x, y] = [x + [1, 0, -1, 0][way], y + [0, 1, 0, -1][way]];
    // the pixels ahead of the corner, left and right of the way
    const left = [has(x, y - 1), has(x, y), has(x - 1, y), has(x - 1, y - 1)][way];
    const right = [has(x, y), has(x - 1, y), has(x - 1, y - 1), has(x, y - 1)][way];
    if (left) way = (way + 3) % 4;
    else if (!right) way = (way + 1) % 4;
  } while (x !== x0 || y !== y0 || way !== 0);
  return path;
}

/** Fewer corners, none moved by more than `bend` (Douglas and Peucker 1973). @param {Path} path @param {number} bend @returns {Path} */
function simplify(path, bend) {
  const keep = new Uint8Array(path.length);
  const far = Math.floor(path.length / 2);
  const parts = [[0, far], [far, path.length - 1]];
  for (const i of [0, far, path.length - 1]) keep[i] = 1;
  for (let part = parts.pop(); part; part = parts.pop()) {
    const [from, to] = part;
    let worst = bend;
    let at = -1;
    for (let i = from + 1; i < to; i += 1) {
      const off = offLine(path[i], path[from], path[to]);
      if (off > worst) [worst, at] = [off, i];
    }
    if (at < 0) continue;
    keep[at] = 1;
    parts.push([from, at], [at, to]);
  }
  return path.filter((_, i) => keep[i]);
}

/** @param {[number, number]} point @param {[number, number]} from @param {[number, number]} to */
function offLine([x, y], [ax, ay], [bx, by]) {
  const length = Math.hypot(bx - ax, by - ay);
  return length === 0 ? Math.hypot(x - ax, y - ay) : Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length;
}
