import { isFailure } from '../../domain/failure.ts';
import type { DraftChange, DraftReport } from '../../protocol/drafts.ts';
import type { PathBytes } from '../../protocol/requests.ts';
import { fromAddress } from '../paths.ts';
import { redirect, type Reply } from '../reply.ts';
import type { AccountVisit } from '../visit.ts';

/**
 * What a form of the Restore page does. `do`: `save` keeps what is ticked, `check` goes on to the changes, `drop:PATH`
 * takes one thing out again, `bring:POINT:PATH` goes straight to the changes of one thing, apart from what is chosen.
 */
export async function changeRestore(visit: AccountVisit): Promise<Reply> {
  const [word, ...words] = (visit.field('do') ?? 'save').split(':');
  if (word === 'bring') return bringOne(visit, words[0] ?? '', words[1] ?? '');
  const dropped = word === 'drop' ? pathsOf([words[0] ?? '']) : [];
  const saved = await saveChoice(visit, dropped);
  if (saved === undefined) return backTo(visit, visit.query('draft'), 'much');
  if (word !== 'check') return backTo(visit, saved.draft, undefined);
  return goOn(visit, saved);
}

async function saveChoice(visit: AccountVisit, dropped: readonly PathBytes[]): Promise<DraftReport | undefined> {
  const picked = pathsOf(visit.fields('pick'));
  const before = pathsOf(visit.fields('was'));
  const remove = [...dropped, ...before.filter((path) => !picked.includes(path))];
  const add = picked.filter((path) => !before.includes(path) && !dropped.includes(path));
  const goesTo = targetOf(visit.field('to'));
  return change(visit, visit.query('draft'), { ...nothing, point: visit.query('at'), add, remove, goesTo });
}

const nothing: DraftChange = {
  point: undefined,
  add: [],
  remove: [],
  leaveOut: [],
  goesTo: undefined,
  mode: undefined,
};

async function change(
  { ask, account }: AccountVisit,
  draft: string | undefined,
  wanted: DraftChange,
): Promise<DraftReport | undefined> {
  try {
    return await ask({ kind: 'draft', account, draft, change: wanted });
  } catch (error) {
    if (isFailure(error, 'invalid-input')) return undefined;
    throw error;
  }
}

async function bringOne(visit: AccountVisit, point: string, path: string): Promise<Reply> {
  const draft = await change(visit, undefined, { ...nothing, point, add: pathsOf([path]), goesTo: 'place' });
  return draft === undefined ? backTo(visit, visit.query('draft'), 'much') : goOn(visit, draft);
}

async function goOn(visit: AccountVisit, draft: DraftReport): Promise<Reply> {
  if (draft.paths.length === 0) return backTo(visit, draft.draft, 'none');
  if (draft.goesTo === 'download') return redirect(visit.link('/downloads/new', { draft: draft.draft }));
  return planAgain(visit, draft, (said) => backTo(visit, draft.draft, said));
}

/** Makes the plan of a draft. @param otherwise where to go when something of it is not in that restore point. */
export async function planAgain(
  { ask, account, link, formats, now }: AccountVisit,
  draft: DraftReport,
  otherwise: (said: string) => Reply,
): Promise<Reply> {
  const stamp = `${formats.day(now.toISOString())}-${formats.date(now.toISOString(), 'time').replaceAll(':', '')}`;
  const folder = Buffer.from(`restored-${stamp}`).toString('base64');
  try {
    const { plan } = await ask({
      kind: 'plan',
      account,
      point: draft.point ?? 'latest',
      paths: draft.paths,
      except: draft.except,
      mode: draft.mode,
      target: draft.goesTo === 'folder' ? { kind: 'folder', path: folder } : { kind: 'in-place' },
    });
    return redirect(link(`/plans/${plan}`, { draft: draft.draft }));
  } catch (error) {
    if (isFailure(error, 'not-found')) return otherwise('gone');
    throw error;
  }
}

export function changeDraft(visit: AccountVisit, draft: string, wanted: Partial<DraftChange>) {
  return change(visit, draft, { ...nothing, ...wanted });
}

/** To the page that the form stood on. */
function backTo({ link, query }: AccountVisit, draft: string | undefined, said: string | undefined): Reply {
  const kept = ['at', 'path', 'kind', 'show', 'q', 'page', 'until', 'count'];
  const values = Object.fromEntries(kept.map((name) => [name, query(name)]));
  return redirect(link('/restore', { draft, ...values, said }));
}

function pathsOf(addresses: readonly string[]): PathBytes[] {
  return addresses.flatMap((address) => fromAddress(address) ?? []);
}

function targetOf(word: string | undefined): DraftReport['goesTo'] | undefined {
  return word === 'place' || word === 'folder' || word === 'download' ? word : undefined;
}
