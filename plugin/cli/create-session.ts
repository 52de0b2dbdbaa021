import { resolve } from 'node:path';
import { Failure } from '../domain/failure.ts';
import type { Answer, Progress, Request } from '../protocol/requests.ts';
import type { Given, Session } from './command.ts';
import type { Page } from './page.ts';
import type { Screen } from './screen.ts';
import type { Surroundings } from './surroundings.ts';
import { watchJob } from './watch-job.ts';

interface Settings {
  readonly surroundings: Surroundings;
  readonly connect: Surroundings['connect'];
  readonly given: Given;
  readonly page: Page;
  readonly screen: Screen;
  /** How progress looks, which goes to standard error. */
  readonly progressPage: Page;
  readonly showsProgress: boolean;
  readonly isJson: boolean;
  readonly canAsk: boolean;
  readonly ask: (question: string) => Promise<boolean>;
  readonly askSecret: (question: string) => Promise<Buffer | undefined>;
  readonly askLine: Session['askLine'];
}

/** What a command may do, within its surroundings. */
export function createSession(settings: Settings): Session {
  const { surroundings, given, page, screen, isJson, canAsk, ask } = settings;
  const { clock, workingDirectory, streams } = surroundings;
  const say = (write: (line: string) => void) => (isJson ? () => {} : write);
  return {
    ...createPeople(settings),
    page,
    get timeZone() {
      return surroundings.timeZone;
    },
    canAsk,
    askSecret: settings.askSecret,
    readSmall: (option, { option: valueOf }) => readSmall(settings, option, valueOf(option) ?? ''),
    now: () => clock.now(),
    absolutePath: (path) => resolve(workingDirectory, path),
    confirm: (question, action) => confirm({ given, canAsk, ask, page, question, action }),
    write: say(screen.write),
    talk: say(screen.talk),
    writeBytes: isJson || streams.stdout.isTerminal ? undefined : surroundings.writeBytes,
    askLine: settings.askLine,
    destinations: surroundings.destinations,
    files: surroundings.files,
    renderPdf: surroundings.renderPdf,
    serveWorker: surroundings.serveWorker,
    serveWeb: surroundings.serveWeb,
  };
}

async function readSmall({ surroundings, page }: Settings, option: string, path: string): Promise<Buffer> {
  const { files, streams, workingDirectory } = surroundings;
  if (path !== '-') return files.readSmall(resolve(workingDirectory, path), `--${option}`);
  const { readAll } = await import('./ask-secret.ts');
  const bytes = await readAll(streams.stdin);
  if (bytes !== undefined) return bytes;
  throw new Failure('invalid-input', { field: `--${option}`, text: '-', hint: page.texts.say('usage.shortInput') });
}

type People = Pick<Session, 'homeOf' | 'ownAccount' | 'hasWorker' | 'larder' | 'parsePaths' | 'perform' | 'download'>;

/** Who performs, and for whom. */
function createPeople(settings: Settings): People {
  const { surroundings, page, screen } = settings;
  const { workingDirectory, signal } = surroundings;
  const connect = once(settings.connect);
  const homeOf = remember(surroundings.homeOf);
  const ownAccount = async () => (await connect()).account;
  const larder = async (account: string) =>
    account === '' || (await ownAccount()) === account ? 'larder' : `larder --account ${account}`;
  const performerOf = async ({ kind }: Request) =>
    performedHere.includes(kind) ? surroundings.performHere() : (await connect()).performer;
  return {
    homeOf,
    ownAccount,
    larder,
    hasWorker: async () => (await connect()).isWorker,
    parsePaths: async (typed, account) => {
      const { dependsOnHome, parsePathArgument } = await import('./path-argument.ts');
      const homes = typed.some(dependsOnHome) ? await homeOf(account) : [];
      return typed.map((path) => parsePathArgument(path, { homes, workingDirectory }, page.texts));
    },
    perform: async (request, onProgress) => {
      const report = joinProgress([await showProgress(settings), onProgress ?? (() => {})]);
      const onLost = () => settings.isJson || screen.talk(page.texts.say('progress.workerGone'));
      const { reconnect } = surroundings;
      const job = watchJob({ larder, reconnect, onLost, onProgress: report, signal });
      const performer = await performerOf(request);
      const answer = await performer
        .perform(request, job.see, signal)
        .catch(async (error: unknown) => (await job.explain(error)) as Answer<typeof request.kind>)
        .catch(async (error: unknown) => {
          const { explainPoint } = await import('./explain-point.ts');
          return explainPoint(error, request, { larder, page });
        });
      screen.clear();
      return answer;
    },
    download: async (request, sink) => {
      const { performer } = await connect();
      const show = await showProgress(settings);
      const answer = await performer.download(request, countBytes(request, sink, show), signal);
      screen.clear();
      return answer;
    },
  };
}

/** What comes before any worker, and what must not leave the process in which it was typed. */
const performedHere: readonly Request['kind'][] = ['init', 'doctor', 'keys-check-recovery'];

function once<Opened>(open: () => Promise<Opened>): () => Promise<Opened> {
  let opened: Promise<Opened> | undefined;
  return () => (opened ??= open());
}

function remember<Found>(find: (name: string) => Promise<Found>): (name: string) => Promise<Found> {
  const found = new Map<string, Promise<Found>>();
  return (name) => {
    const known = found.get(name) ?? find(name);
    found.set(name, known);
    return known;
  };
}

async function showProgress(settings: Settings): Promise<(progress: Progress) => void> {
  const { surroundings, screen, progressPage, showsProgress } = settings;
  if (!showsProgress) return () => {};
  const { createProgress } = await import('./progress.ts');
  const elapsedMilliseconds = () => surroundings.clock.elapsedMilliseconds();
  return createProgress({ page: progressPage, elapsedMilliseconds, draw: screen.draw });
}

function joinProgress(listeners: readonly ((progress: Progress) => void)[]): (progress: Progress) => void {
  return (progress) => {
    for (const listener of listeners) listener(progress);
  };
}

/** Nobody knows how long a zip will be: what is told is how much has come. */
function countBytes(
  { account, offset }: Extract<Request, { kind: 'download' }>,
  sink: (bytes: Uint8Array) => Promise<void>,
  show: (progress: Progress) => void,
): (bytes: Uint8Array) => Promise<void> {
  let bytes = offset;
  const nothing = { items: 0, itemsTotal: undefined, bytesTotal: undefined } as const;
  return async (part) => {
    await sink(part);
    bytes += part.length;
    show({ kind: 'advance', account, step: 'copy', bytes, ...nothing });
  };
}

interface Confirmation extends Pick<Settings, 'given' | 'canAsk' | 'ask' | 'page'> {
  readonly question: string;
  readonly action: string;
}

async function confirm({ given, canAsk, ask, page, question, action }: Confirmation): Promise<boolean> {
  if (given.has('yes')) return true;
  if (canAsk) return ask(question);
  throw new Failure('confirmation-needed', { action, hint: page.texts.say('usage.addYes') });
}
