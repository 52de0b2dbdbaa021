import { resolve } from 'node:path';
import { Failure } from '../domain/failure.ts';
import type { Performer, Progress } from '../protocol/requests.ts';
import type { Given, Session } from './command.ts';
import type { Page } from './page.ts';
import { createProgress } from './progress.ts';
import type { Screen } from './screen.ts';
import type { Surroundings } from './surroundings.ts';

interface Settings {
  readonly surroundings: Pick<Surroundings, 'performer' | 'clock' | 'timeZone' | 'workingDirectory' | 'signal'>;
  readonly given: Given;
  readonly page: Page;
  readonly screen: Screen;
  /** How progress looks, which goes to standard error. */
  readonly progressPage: Page;
  readonly showsProgress: boolean;
  readonly isJson: boolean;
  readonly canAsk: boolean;
  readonly ask: (question: string) => Promise<boolean>;
}

/** What a command may do, within its surroundings. */
export function createSession(settings: Settings): Session {
  const { surroundings, given, page, screen, isJson, canAsk, ask } = settings;
  const { clock, workingDirectory } = surroundings;
  const performer = once(surroundings.performer);
  const say = (write: (line: string) => void) => (isJson ? () => {} : write);
  return {
    page,
    get timeZone() {
      return surroundings.timeZone;
    },
    canAsk,
    now: () => clock.now(),
    absolutePath: (path) => resolve(workingDirectory, path),
    confirm: (question, action) => confirm({ given, canAsk, ask, page, question, action }),
    write: say(screen.write),
    talk: say(screen.talk),
    perform: async (request, onProgress) => {
      const report = joinProgress(showProgress(settings), onProgress);
      const answer = await (await performer()).perform(request, report, surroundings.signal);
      screen.clear();
      return answer;
    },
  };
}

function once(open: () => Promise<Performer>): () => Promise<Performer> {
  let opened: Promise<Performer> | undefined;
  return () => (opened ??= open());
}

function showProgress({ surroundings, screen, progressPage, showsProgress }: Settings): (progress: Progress) => void {
  if (!showsProgress) return () => {};
  const elapsedMilliseconds = () => surroundings.clock.elapsedMilliseconds();
  return createProgress({ page: progressPage, elapsedMilliseconds, draw: screen.draw });
}

function joinProgress(
  show: (progress: Progress) => void,
  onProgress: (progress: Progress) => void = () => {},
): (progress: Progress) => void {
  return (progress) => {
    onProgress(progress);
    show(progress);
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
