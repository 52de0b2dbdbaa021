import { StringDecoder } from 'node:string_decoder';
import type { WriteProblem, WriteProblemReason, WriteReport } from '../../contracts/tree-writer.ts';
import { isPlainName } from '../../domain/plain-name.ts';

/**
 * What the child says. It runs under its tenant's uid, so nothing it says is believed beyond its form: sizes are
 * bounded, numbers are numbers, names are names.
 */
export type WriterAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'alive' }
  | { readonly kind: 'failed'; readonly problem: string }
  | { readonly kind: 'report'; readonly report: WriteReport };

const longestLine = 2 * 1024 * 1024;
const mostProblems = 1000;
const mostBytes = 16 * 1024 * 1024;
const longestText = 200;

const reasons: Readonly<Record<WriteProblemReason, true>> = {
  'name-refused': true,
  'in-the-way': true,
  'no-space': true,
  quota: true,
  'not-allowed': true,
  'owner-not-set': true,
  'mode-reduced': true,
  'attribute-not-set': true,
  'acl-reduced': true,
  'content-missing': true,
  'type-refused': true,
  'write-error': true,
};

/** Makes answers of the bytes that come. @throws {RangeError} for anything that a writer does not say. */
export class AnswerReader {
  readonly #decoder = new StringDecoder('utf8');
  readonly #problems: WriteProblem[] = [];
  #line = '';
  #problemBytes = 0;

  read(bytes: Buffer): WriterAnswer[] {
    const [first = '', ...more] = this.#decoder.write(bytes).split('\n');
    const lines = [this.#line + first, ...more];
    this.#line = lines.pop() ?? '';
    if (this.#line.length > longestLine) throw new RangeError('an answer is too long');
    return lines.flatMap((line) => this.#answer(line) ?? []);
  }

  #answer(line: string): WriterAnswer | undefined {
    const value = parseRecord(line);
    if (value['ready'] === true) return { kind: 'ready' };
    if (value['alive'] === true) return { kind: 'alive' };
    if (typeof value['failed'] === 'string') return { kind: 'failed', problem: plainText(value['failed']) };
    if (value['report'] !== undefined) return { kind: 'report', report: this.#report(record(value['report'])) };
    this.#addProblem(record(value['problem']), line.length);
    return undefined;
  }

  #addProblem(value: Readonly<Record<string, unknown>>, length: number): void {
    this.#problemBytes += length;
    if (this.#problems.length >= mostProblems || this.#problemBytes > mostBytes)
      throw new RangeError('too many problems');
    const { reason, path, lost } = value;
    if (!isReason(reason) || !Array.isArray(path) || typeof lost !== 'boolean') throw new RangeError('no problem');
    this.#problems.push({ reason, path: path.map(parseName), lost });
  }

  #report(value: Readonly<Record<string, unknown>>): WriteReport {
    const problemCount = count(value['problemCount']);
    if (problemCount < this.#problems.length) throw new RangeError('fewer problems than were listed');
    return {
      files: count(value['files']),
      folders: count(value['folders']),
      links: count(value['links']),
      bytes: count(value['bytes']),
      problems: this.#problems,
      problemCount,
    };
  }
}

/** Text from a process of somebody else's, as far as it can be shown: printable ASCII, cut. */
export function plainText(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, longestText);
}

function parseRecord(line: string): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(line));
  } catch (cause) {
    throw new RangeError('an answer is no JSON', { cause });
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new RangeError('an answer has another form');
  return value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isReason(value: unknown): value is WriteProblemReason {
  return typeof value === 'string' && Object.hasOwn(reasons, value);
}

/** A name that the writer refused may be no plain one: it is told of without its name. */
function parseName(value: unknown): Buffer {
  const name = Buffer.from(typeof value === 'string' ? value : '', 'base64');
  return isPlainName(name) ? name : Buffer.from('?');
}

function count(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new RangeError('no count');
  return value;
}
