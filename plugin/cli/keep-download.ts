import { Failure } from '../domain/failure.ts';
import type { DatabaseDownload } from '../protocol/databases.ts';
import type { Answers, PathBytes, PointLine } from '../protocol/requests.ts';
import type { Result, Session } from './command.ts';
import { showReason } from './commands/local-copy.ts';
import { showPathBytes } from './show-text.ts';
import { withShownPath } from './shown-paths.ts';

export interface WantedDownload {
  readonly account: string;
  readonly paths: readonly PathBytes[];
  readonly database: DatabaseDownload | undefined;
  readonly point: PointLine;
  readonly output: string;
  /** The copy, or the archives, that it comes from, and what opens them. */
  readonly from: { readonly from?: string; readonly passphrase?: string };
}

/** Into a file that takes its place when it is whole; what has come stays beside it otherwise. */
export async function keepDownload(wanted: WantedDownload, continues: boolean, session: Session): Promise<Result> {
  const { account, paths, database, point, output, from } = wanted;
  const file = session.absolutePath(output);
  const isAgreed = await mayWrite(file, session);
  if (!isAgreed) return stopped(session);
  const part = await session.files.openPart(file, JSON.stringify([account, point.id, paths, database]), continues);
  try {
    if (part.size > 0)
      session.talk(session.page.texts.say('download.continues', { size: session.page.size(part.size) }));
    const request = {
      kind: 'download',
      account,
      point: point.id,
      paths,
      database,
      offset: part.size,
      ...from,
    } as const;
    const answer = await session.download(request, (bytes) => part.write(bytes));
    await part.finish();
    return describeDownload(answer, file, session);
  } catch (error) {
    session.talk(session.page.texts.say('download.begun'));
    throw error;
  } finally {
    await part.close();
  }
}

async function mayWrite(file: string, session: Session): Promise<boolean> {
  const { texts } = session.page;
  const found = session.files.look(file);
  if (found === 'folder') {
    throw new Failure('invalid-input', { field: '--output', text: file, hint: texts.say('usage.output') });
  }
  return found === 'nothing' || session.confirm(texts.say('download.replace', { file }), 'download');
}

function stopped({ page }: Session): Result {
  return {
    schema: 'larder/download/1',
    answer: {},
    exitCode: 130,
    lines: [],
    notes: [page.texts.say('download.stopped')],
  };
}

const problemsShown = 10;

export function describeDownload(answer: Answers['download'], file: string, { page }: Session): Result {
  const { texts } = page;
  const { problemCount, problems } = answer;
  const to = file === '-' ? texts.say('download.stdout') : file;
  const facts = { count: answer.files, size: page.size(answer.bytes), file: to };
  const shown = problems.slice(0, problemsShown).map(({ path, reason }) => {
    return `    ${texts.say('restore.changed', { path: showPathBytes(path), reason: showReason(reason, page) })}`;
  });
  const more = problemCount - shown.length;
  return {
    schema: 'larder/download/1',
    answer: { ...answer, file, problems: problems.map(withShownPath) },
    exitCode: problemCount > 0 ? 3 : 0,
    lines: [page.mark(problemCount > 0 ? 'warning' : 'good', texts.say('download.done', facts))],
    notes: [
      ...(problemCount === 0 ? [] : [page.mark('warning', texts.say('zip.problems', { count: problemCount }))]),
      ...shown,
      ...(more > 0 ? [`    ${texts.say('coverage.more', { count: more })}`] : []),
    ],
  };
}
