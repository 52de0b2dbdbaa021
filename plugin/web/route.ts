import type { Reply } from './reply.ts';
import type { AccountVisit, HostVisit, Visit, Who } from './visit.ts';

/**
 * Who may see a page. `anyone`: also who is not signed in. `customer`: the account's own session; `account`: that, or
 * staff acting for the account. `admin`: who administers the server, and looks. The worker decides again about each thing
 * that is asked of it.
 */
export type Route =
  | (Place & { readonly access: 'anyone'; readonly answer: (visit: Visit) => Promise<Reply> })
  | (Place & {
      readonly access: 'signed-in';
      readonly answer: (visit: Visit & { readonly who: Who }) => Promise<Reply>;
    })
  | (Place & {
      readonly access: 'customer' | 'account';
      readonly answer: (visit: AccountVisit) => Promise<Reply>;
    })
  | (Place & {
      readonly access: 'admin';
      readonly method: 'GET';
      readonly answer: (visit: HostVisit) => Promise<Reply>;
    });

interface Place {
  readonly method: 'GET' | 'POST';
  /** As Express writes it: `/jobs/:job`. */
  readonly path: string;
}

const rules: readonly unknown[] = ['anyone', 'signed-in', 'customer', 'account', 'admin'];

/** @throws {TypeError} for a route without a rule that is known, or that stands twice. */
export function checkRoutes(routes: readonly Route[]): readonly Route[] {
  const seen = new Set<string>();
  for (const { method, path, access } of routes) {
    const place = `${method} ${path}`;
    if (!rules.includes(access)) throw new TypeError(`nobody said who may see ${place}`);
    if (seen.has(place)) throw new TypeError(`${place} stands twice in the table`);
    seen.add(place);
  }
  return routes;
}

/** Whether somebody's role opens a route at all. */
export function opens(access: Route['access'], who: Who | undefined): boolean {
  if (access === 'anyone') return true;
  if (who === undefined) return false;
  if (access === 'signed-in') return true;
  if (access === 'admin') return who.role === 'admin';
  return who.account !== undefined && (who.role === 'account' || (who.role === 'staff' && access === 'account'));
}
