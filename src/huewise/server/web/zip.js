// A ZIP archive of files that are compressed already: stored, not deflated (APPNOTE 6.3, sections 4.3.7, 4.3.12, 4.3.16).

const LIMIT = 0xffffffff; // bytes; beyond it the format needs other records
const UTF8 = 1 << 11; // the flag for names in UTF-8

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** @param {Uint8Array} bytes @returns {number} CRC-32 */
export function crc32(bytes) {
  let c = LIMIT;
  for (const byte of bytes) c = TABLE[(c ^ byte) & 255] ^ (c >>> 8);
  return (c ^ LIMIT) >>> 0;
}

/** @param {{name: string, blob: Blob}[]} files @returns {Promise<Blob>} throws an Error when they are too large together */
export async function zip(files) {
  /** @type {BlobPart[]} */
  const parts = [];
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const directory = [];
  let offset = 0;
  for (const { name, blob } of files) {
    const title = new TextEncoder().encode(name);
    const facts = { crc: crc32(new Uint8Array(await blob.arrayBuffer())), size: blob.size, name: title.length };
    parts.push(record(0x04034b50, facts), title, blob);
    directory.push(record(0x02014b50, facts, offset), title);
    offset += 30 + title.length + blob.size;
  }
  if (offset > LIMIT) throw new Error("more than 4 GB do not fit into one ZIP file; save them one by one");
  const length = directory.reduce((sum, part) => sum + part.length, 0);
  return new Blob([...parts, ...directory, end(files.length, length, offset)], { type: "application/zip" });
}

/**
 * A local header, or with `offset` an entry of the directory.
 * @param {number} signature @param {{crc: number, size: number, name: number}} facts @param {number} [offset]
 */
function record(signature, { crc, size, name }, offset) {
  const listed = offset !== undefined;
  const bytes = new DataView(new ArrayBuffer(listed ? 46 : 30));
  bytes.setUint32(0, signature, true);
  const at = listed ? 6 : 4;
  if (listed) bytes.setUint16(4, 20, true); // made by version 2.0
  [20, UTF8, 0, 0, 0x21].forEach((value, i) => bytes.setUint16(at + 2 * i, value, true)); // stored, 1980-01-01
  [crc, size, size].forEach((value, i) => bytes.setUint32(at + 10 + 4 * i, value, true));
  bytes.setUint16(at + 22, name, true);
  if (listed) bytes.setUint32(42, offset, true);
  return new Uint8Array(bytes.buffer);
}

/** @param {number} count @param {number} length of the directory @param {number} offset where it begins */
function end(count, length, offset) {
  const bytes = new DataView(new ArrayBuffer(22));
  bytes.setUint32(0, 0x06054b50, true);
  bytes.setUint16(8, count, true);
  bytes.setUint16(10, count, true);
  bytes.setUint32(12, length, true);
  bytes.setUint32(16, offset, true);
  return new Uint8Array(bytes.buffer);
}
