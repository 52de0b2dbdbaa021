import { changeDraft as change, emptyDraft, type Draft } from '../domain/draft.ts';
import { Failure } from '../domain/failure.ts';
import { joinParts, type PlanPath } from '../domain/planned-entry.ts';
import { makePlanId } from '../domain/stored-plan.ts';
import type { Answer, Request } from '../protocol/requests.ts';
import { findAccount } from './find-account.ts';
import { foreseeDraft } from './foresee-draft.ts';
import { parseHomePath } from './home-path.ts';
import { toPathBytes } from './plan-report.ts';
import type { Performing } from './services.ts';

/** A page waits meanwhile. */
const foreseeMilliseconds = 120;

/**
 * Changes what somebody is choosing, or tells it; begins anew when it is not known.
 * @throws {Failure} `unknown-account`, `path-outside-home`; `invalid-input` for more than can be planned at once.
 */
export async function changeDraft(
  { services }: Performing,
  request: Extract<Request, { kind: 'draft' }>,
): Promise<Answer<'draft'>> {
  const account = await findAccount(services, request.account);
  const { generation, home, name } = account;
  const found = request.draft === undefined ? undefined : await services.drafts.find(generation, request.draft);
  const draft = found ?? emptyDraft(makePlanId(services.randomSecret()));
  const tell = async (told: Draft): Promise<Answer<'draft'>> => {
    const { foresee: point } = request;
    if (point === undefined) return toAnswer(name, told);
    const signal = AbortSignal.timeout(foreseeMilliseconds);
    return { ...toAnswer(name, told), foreseen: await foreseeDraft(services, account, { draft: told, point, signal }) };
  };
  if (request.change === undefined) return tell(draft);
  const { add, remove, leaveOut, ...others } = request.change;
  const toPath = (path: string): PlanPath => joinParts(parseHomePath(path, home));
  const changed = change(draft, {
    ...others,
    add: add.map(toPath),
    remove: remove.map(toPath),
    leaveOut: leaveOut.map(toPath),
  });
  if (changed === undefined) {
    const hint = 'Choose a folder that holds them.';
    throw new Failure('invalid-input', { field: 'paths', text: String(add.length), hint });
  }
  await services.drafts.save(generation, changed);
  return tell(changed);
}

function toAnswer(account: string, { id, point, paths, except, goesTo, mode }: Draft): Answer<'draft'> {
  return { account, draft: id, point, paths: paths.map(toPathBytes), except: except.map(toPathBytes), goesTo, mode };
}
