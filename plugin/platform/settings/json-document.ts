import { Failure } from '../../domain/failure.ts';
import { refuse, settingsKey, type SettingsDocument, type SettingsPath } from './settings-document.ts';

/** @throws {Failure} `configuration-invalid` with the line when `text` is not JSON or writes a key twice. */
export function parseJsonDocument(file: string, text: string): SettingsDocument {
  const document = { file, value: parseJson(file, text), ...locateKeys(text) };
  const [repeated] = document.repeated;
  if (repeated !== undefined)
    refuse(document, repeated, `\`${repeated.at(-1)}\` is written twice`, 'remove one of them');
  return document;
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const facts = {
      file,
      line: findErrorLine(error, text),
      problem: 'this is not JSON',
      hint: 'look for a missing comma or quote',
    };
    throw new Failure('configuration-invalid', facts, { cause: error });
  }
}

/** V8 says "… at position 17 (line 2 column 3)"; for a text that ends too early the last line, or nothing. */
function findErrorLine(error: unknown, text: string): number {
  const lastLine = text.trimEnd().split('\n').length;
  const line = error instanceof SyntaxError ? /\(line (\d+) column/.exec(error.message)?.[1] : undefined;
  return line === undefined ? lastLine : Math.min(Number(line), lastLine);
}

interface Located {
  readonly lines: Map<string, number>;
  readonly repeated: SettingsPath[];
}

interface Frame {
  readonly path: SettingsPath;
  readonly isList: boolean;
  /** The key or place of the value that is being read. */
  step: string | number;
  awaitsKey: boolean;
}

/** Only for text that `JSON.parse` accepts. A key written twice has the line of the second. */
function locateKeys(text: string): Located {
  const located: Located = { lines: new Map(), repeated: [] };
  const frames: Frame[] = [];
  let line = 1;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,\n]/g)) {
    const frame = frames.at(-1);
    if (token === '\n') line += 1;
    else if (token === '{' || token === '[') frames.push(openFrame(frame, token === '[', located.lines, line));
    else if (token === '}' || token === ']') frames.pop();
    else if (frame !== undefined && token === ',') takeComma(frame);
    else if (frame?.awaitsKey === true) takeKey(frame, token, located, line);
  }
  return located;
}

function openFrame(parent: Frame | undefined, isList: boolean, lines: Map<string, number>, line: number): Frame {
  const path = parent === undefined ? [] : [...parent.path, parent.step];
  if (parent?.isList === true) lines.set(settingsKey(path), line);
  return { path, isList, step: isList ? 0 : '', awaitsKey: !isList };
}

function takeComma(frame: Frame): void {
  if (typeof frame.step === 'number') frame.step += 1;
  else frame.awaitsKey = true;
}

function takeKey(frame: Frame, token: string, { lines, repeated }: Located, line: number): void {
  const name: unknown = JSON.parse(token);
  frame.step = String(name);
  frame.awaitsKey = false;
  const path = [...frame.path, frame.step];
  const key = settingsKey(path);
  if (lines.has(key)) repeated.push(path);
  lines.set(key, line);
}
