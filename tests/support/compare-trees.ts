import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync, readdirSync, readlinkSync, type BigIntStats } from 'node:fs';

export interface Comparison {
  /** Compare owners too. Default true. */
  readonly owners?: boolean;
  /** Compare extended attributes and ACLs too. Default true. */
  readonly attributes?: boolean;
  /** Times may differ by so many nanoseconds. Default 0. */
  readonly timeNanoseconds?: bigint;
}

/** As much more space as a copy may take on disk before it is no sparse copy. */
const spareBlocks = 128n * 2n;

/**
 * Compares two folders as strictly as this system can tell: types, contents, modes, owners, times to the nanosecond,
 * targets of links, which names are one file, holes, extended attributes and ACLs. @returns one sentence for each difference.
 */
export function compareTrees(left: string, right: string, options: Comparison = {}): string[] {
  const sides = { left: Buffer.from(left), right: Buffer.from(right) };
  const found: string[] = [];
  const groups = new Map<bigint, bigint>();
  const waiting: Buffer[] = [Buffer.alloc(0)];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const [one, other] = [join(sides.left, path), join(sides.right, path)];
    const stats = [lstatSync(one, { bigint: true }), lstatSync(other, { bigint: true })] as const;
    const tell = (what: string): number => found.push(`${path.toString() || '.'}: ${what}`);
    compareStatus(stats, options, tell);
    compareGroups(stats, groups, tell);
    if (stats[0].mode >> 12n !== stats[1].mode >> 12n) continue;
    if (stats[0].isFile() && !readFileSync(one).equals(readFileSync(other))) tell('other content');
    if (stats[0].isSymbolicLink() && !readTarget(one).equals(readTarget(other))) tell('other target');
    if (stats[0].isDirectory()) waiting.push(...compareNames(path, [one, other], tell));
  }
  if (options.attributes !== false && attributesOf(left) !== attributesOf(right)) {
    found.push(`attributes differ:\n${attributesOf(left)}\nagainst\n${attributesOf(right)}`);
  }
  return found;
}

function compareStatus(
  [one, other]: readonly [BigIntStats, BigIntStats],
  options: Comparison,
  tell: (what: string) => void,
) {
  if (one.mode !== other.mode) tell(`mode ${one.mode.toString(8)} against ${other.mode.toString(8)}`);
  if (options.owners !== false && (one.uid !== other.uid || one.gid !== other.gid)) {
    tell(`owner ${one.uid}:${one.gid} against ${other.uid}:${other.gid}`);
  }
  const apart = one.mtimeNs - other.mtimeNs;
  const allowed = options.timeNanoseconds ?? 0n;
  if (apart > allowed || apart < -allowed) tell(`time ${one.mtimeNs} against ${other.mtimeNs}`);
  if (one.isFile() && other.blocks > one.blocks + spareBlocks) tell(`${one.blocks} blocks became ${other.blocks}`);
  if (!one.isDirectory() && one.nlink !== other.nlink) tell(`${one.nlink} names against ${other.nlink}`);
}

/** Names of one file on the left must be names of one file on the right. */
function compareGroups(
  [one, other]: readonly [BigIntStats, BigIntStats],
  groups: Map<bigint, bigint>,
  tell: (what: string) => void,
) {
  if (one.isDirectory() || one.nlink === 1n) return;
  const known = groups.get(one.ino);
  if (known === undefined) groups.set(one.ino, other.ino);
  else if (known !== other.ino) tell('no longer another name of the same file');
}

/** @returns paths that both have. */
function compareNames(path: Buffer, [one, other]: readonly [Buffer, Buffer], tell: (what: string) => void): Buffer[] {
  const names = namesOf(one);
  const others = new Set(namesOf(other).map((name) => name.toString('latin1')));
  const both: Buffer[] = [];
  for (const name of names) {
    if (others.delete(name.toString('latin1'))) both.push(path.length === 0 ? name : join(path, name));
    else tell(`${name.toString()} is missing`);
  }
  for (const name of others) tell(`${name} is there too`);
  return both;
}

const namesOf = (folder: Buffer): Buffer[] => readdirSync(folder, { encoding: 'buffer' });
const readTarget = (link: Buffer): Buffer => readlinkSync(link, { encoding: 'buffer' });

function join(folder: Buffer, name: Buffer): Buffer {
  return name.length === 0 ? folder : Buffer.concat([folder, Buffer.from('/'), name]);
}

/** All attributes of all entries as getfattr(1) prints them. */
function attributesOf(folder: string): string {
  const words = ['-R', '-P', '-h', '-d', '-m', '-', '-e', 'hex', '.'];
  const printed = execFileSync('getfattr', words, { cwd: folder, encoding: 'latin1', maxBuffer: 2 ** 28 });
  return printed.split('\n\n').toSorted().join('\n\n');
}
