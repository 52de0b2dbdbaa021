import { writeSync } from 'node:fs';
import type { Codec } from '../../contracts/codec.ts';
import type { Clock } from '../../contracts/clock.ts';
import type { TreeWriter, WriteReport } from '../../contracts/tree-writer.ts';
import { becomeUser } from '../../platform/become-user.ts';
import type { WritingSystem } from '../../platform/open-writing.ts';
import { performFrame } from './frame-decoder.ts';
import { FrameInput, type Frame } from './frame-input.ts';
import { makeBelow } from './make-below.ts';
import { openOwnWriter } from './own-writer.ts';

/** Descriptors that the child is started with, besides standard error. */
const descriptors = { frames: 0, answers: 1, target: 3 } as const;
/** So often the child says that it lives while the system makes data safe. */
const aliveMilliseconds = 1000;

/** What the child works with. */
export interface WriterSystem extends WritingSystem {
  readonly codec: Codec;
}

/** The child's side: becomes the user, does what the frames say, tells how it went. @returns the exit code. */
export async function runWriter(argv: readonly string[], system: WriterSystem, clock: Clock): Promise<number> {
  try {
    const { uid, gid, trustedUids, missing } = parseOrder(argv);
    if (process.getuid?.() === 0) becomeUser({ uid, gid });
    if (process.geteuid?.() !== uid) throw new Error(`this process is not user ${uid}`);
    process.umask(0o077);
    answer({ ready: true });
    await performAll(() => {
      const target = makeBelow(system, descriptors.target, missing);
      return openOwnWriter({ ...system, clock, trustedUids, target });
    });
    return 0;
  } catch (error) {
    answer({ failed: error instanceof Error ? error.message : String(error) });
    return 1;
  }
}

/** Nothing is made before the first frame: who starts the child may find that there is nothing to restore. */
async function performAll(open: () => TreeWriter): Promise<void> {
  const input = new FrameInput(descriptors.frames);
  const first = input.next();
  if (first === undefined) return;
  const writer = open();
  const timer = setInterval(() => answer({ alive: true }), aliveMilliseconds);
  try {
    for (let frame: Frame | undefined = first; frame !== undefined; frame = input.next()) {
      const waiting = performFrame(writer, frame.kind, frame.bytes);
      const report = waiting === undefined ? undefined : await waiting;
      if (report !== undefined) answerReport(report);
    }
  } finally {
    clearInterval(timer);
    await writer.close();
  }
}

function answerReport({ problems, ...counts }: WriteReport): void {
  for (const { reason, path, lost } of problems) {
    answer({ problem: { reason, lost, path: path.map((part) => part.toString('base64')) } });
  }
  answer({ report: counts });
}

/** One line of JSON; waits until it is taken. The parent may be gone: then there is nobody to tell. */
function answer(value: object): void {
  const line = Buffer.from(`${JSON.stringify(value)}\n`);
  try {
    for (let sent = 0; sent < line.length;) sent += writeSync(descriptors.answers, line, sent);
  } catch {
    process.exitCode = 1;
  }
}

interface Order {
  readonly uid: number;
  readonly gid: number;
  readonly trustedUids: readonly number[];
  /** Folders to make below the target first. */
  readonly missing: readonly Buffer[];
}

/** `UID GID TRUSTED,… NAME,…`, the names in base64. */
function parseOrder(argv: readonly string[]): Order {
  const [uid = '', gid = '', trusted = '', missing = ''] = argv;
  return {
    uid: parseId(uid),
    gid: parseId(gid),
    trustedUids: trusted.split(',').filter(Boolean).map(parseId),
    missing: missing
      .split(',')
      .filter(Boolean)
      .map((name) => Buffer.from(name, 'base64')),
  };
}

function parseId(text: string): number {
  const id = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(id < 0xffff_ffff)) throw new Error(`${text} is no user`);
  return id;
}
