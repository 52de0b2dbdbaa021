import { isFailure, type FailureCode } from '../../domain/failure.ts';
import { presentPassphrase } from '../presenters/passphrase.ts';
import { page, redirect, type Reply } from '../reply.ts';
import type { Route } from '../route.ts';
import type { AccountVisit } from '../visit.ts';

/** The account's own passphrase: what it means, and setting, changing and removing it. What is typed is kept nowhere. */
export const passphraseRoutes: readonly Route[] = [
  { method: 'GET', path: '/passphrase', access: 'account', answer: (visit) => showPassphrase(visit, undefined) },
  { method: 'POST', path: '/passphrase/set', access: 'customer', answer: (visit) => orTell(visit, setPassphrase) },
  {
    method: 'POST',
    path: '/passphrase/change',
    access: 'customer',
    answer: (visit) => orTell(visit, changePassphrase),
  },
  {
    method: 'POST',
    path: '/passphrase/remove',
    access: 'customer',
    answer: (visit) => orTell(visit, removePassphrase),
  },
];

const notices = ['set', 'changed', 'removed'] as const;

/** Why nothing was done: a failure that a person can mend here, or something on the form. */
type Problem = 'differs' | 'confirm' | 'empty' | (typeof mendable)[number];
const mendable = ['passphrase-weak', 'passphrase-wrong', 'passphrase-locked'] as const satisfies readonly FailureCode[];

async function showPassphrase(visit: AccountVisit, problem: Problem | undefined): Promise<Reply> {
  const { account, ask, formats, query, say } = visit;
  const report = await ask({ kind: 'passphrase', account });
  return page(
    'passphrase',
    {
      title: say('pass.title'),
      ...presentPassphrase(report, formats),
      problem,
      said: problem === undefined ? notices.find((notice) => notice === query('said')) : undefined,
    },
    problem === undefined ? 200 : 400,
  );
}

type Work = (visit: AccountVisit) => Promise<(typeof notices)[number] | Problem>;

async function orTell(visit: AccountVisit, work: Work): Promise<Reply> {
  const done = await work(visit).catch((error: unknown): Problem => {
    const known = mendable.find((code) => isFailure(error, code));
    if (known === undefined) throw error;
    return known;
  });
  const notice = notices.find((one) => one === done);
  return notice === undefined
    ? showPassphrase(visit, done as Problem)
    : redirect(visit.link('/passphrase', { said: notice }));
}

const setPassphrase: Work = async ({ account, ask, field }) => {
  const passphrase = field('passphrase') ?? '';
  if (passphrase === '') return 'empty';
  if (passphrase !== field('again')) return 'differs';
  if (field('confirm')?.trim() !== account) return 'confirm';
  await ask({ kind: 'set-passphrase', account, passphrase, hostCanRecover: field('recover') === 'yes' });
  return 'set';
};

const changePassphrase: Work = async ({ account, ask, field }) => {
  const [passphrase = '', newPassphrase = ''] = [field('present'), field('passphrase')];
  if (passphrase === '' || newPassphrase === '') return 'empty';
  if (newPassphrase !== field('again')) return 'differs';
  await ask({ kind: 'change-passphrase', account, passphrase, newPassphrase });
  return 'changed';
};

const removePassphrase: Work = async ({ account, ask, field }) => {
  if (field('confirm')?.trim() !== account) return 'confirm';
  await ask({ kind: 'remove-passphrase', account });
  return 'removed';
};
