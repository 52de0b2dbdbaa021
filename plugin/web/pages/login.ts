import { isFailure } from '../../domain/failure.ts';
import { isLanguage } from '../../domain/language.ts';
import { page, redirect, type Reply } from '../reply.ts';
import type { Route } from '../route.ts';
import { tabsOf } from '../tabs.ts';
import type { Visit, Who } from '../visit.ts';

const returnSeconds = 3600;

/**
 * Signing in: the link's secret stands in the fragment, which only the browser sees. A script sends it as a form; who has
 * no script pastes the link. Looking at the page uses nothing up.
 */
export const loginRoutes: readonly Route[] = [
  { method: 'GET', path: '/login', access: 'anyone', answer: async (visit) => loginPage(visit, undefined, 200) },
  { method: 'POST', path: '/login', access: 'anyone', answer: signIn },
  { method: 'POST', path: '/logout', access: 'signed-in', answer: signOut },
  { method: 'POST', path: '/language', access: 'anyone', answer: chooseLanguage },
  { method: 'GET', path: '/', access: 'signed-in', answer: async (visit) => redirect(visit.link(homeOf(visit))) },
];

/** @param problem `over`: the session has ended; `link`: the link was no good. */
export function loginPage({ say }: Visit, problem: 'over' | 'link' | undefined, status: number): Reply {
  return page('login', { title: say('login.title'), problem }, status);
}

async function signIn(visit: Visit): Promise<Reply> {
  try {
    const answer = await visit.ask({ kind: 'open-session', secret: secretIn(visit.field('secret') ?? '') });
    return redirect(placeAfter(visit, answer.role), [
      { name: 'session', value: answer.session },
      { name: 'return', value: undefined },
    ]);
  } catch (error) {
    const isNone = isFailure(error, 'login-invalid') || isFailure(error, 'invalid-input');
    if (isNone) return loginPage(visit, 'link', 403);
    throw error;
  }
}

/** Where one wanted to go, unless that was with another role in the same browser. */
function placeAfter({ cookie, link }: Visit, role: Who['role']): string {
  const back = cookie('return');
  if (back === undefined || !isOwnPath(back)) return link('/');
  return back.startsWith(link('/host')) === (role === 'admin') ? back : link('/');
}

/** People paste the whole link. */
function secretIn(text: string): string {
  return text.trim().split('#t=').at(-1) ?? '';
}

async function signOut(visit: Visit): Promise<Reply> {
  await visit.ask({ kind: 'close-session' });
  return redirect(visit.link('/login'), [
    { name: 'session', value: undefined },
    { name: 'return', value: undefined },
  ]);
}

async function chooseLanguage(visit: Visit): Promise<Reply> {
  const language = visit.field('language') ?? '';
  const back = visit.field('back') ?? '';
  const to = isOwnPath(back) ? back : visit.link('/');
  return redirect(to, isLanguage(language) ? [{ name: 'language', value: language, maxAgeSeconds: 31_536_000 }] : []);
}

/** Where to come back to after signing in. */
export function rememberReturn(path: string) {
  return { name: 'return', value: path.slice(0, 1500), maxAgeSeconds: returnSeconds } as const;
}

/** `//elsewhere` and `/\elsewhere` would leave these pages. */
export function isOwnPath(path: string): boolean {
  return /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(path);
}

function homeOf({ who }: Visit & { readonly who: Who }): string {
  return tabsOf(who)[0]?.path ?? '/login';
}
