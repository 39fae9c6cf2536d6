/** The order of keys in listings and snapshots: by a hash that says nothing of when or how often a key was written. */

/** A hash of 32 bits: FNV-1a over the characters, and a final mixing, so that its upper bits are good too. */
export function hashKey(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
