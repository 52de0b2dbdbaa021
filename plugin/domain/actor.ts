import type { Caller } from './permission.ts';

/** Who did something, as it is written down. */
export type Actor =
  /** Root, on the server itself. */
  | { readonly kind: 'root' }
  /** Who has the account's uid, or signed in as the account. */
  | { readonly kind: 'account' }
  | { readonly kind: 'staff'; readonly name: string; readonly ticket: string; readonly reason: string }
  | { readonly kind: 'admin'; readonly name: string }
  | { readonly kind: 'schedule' };

/** The web app by itself does nothing for anyone: it is not asked. */
export function actorOf(caller: Caller): Actor {
  if (caller.kind === 'root') return { kind: 'root' };
  if (caller.kind !== 'session' || caller.role === 'account') return { kind: 'account' };
  if (caller.role === 'admin') return { kind: 'admin', name: caller.staff };
  const { staff, ticket, reason } = caller;
  return { kind: 'staff', name: staff, ticket, reason };
}

/** As jobs keep it: one word, and JSON where a word does not do. */
export function writeActor(actor: Actor): string {
  return 'name' in actor ? JSON.stringify(actor) : actor.kind;
}

/** Only `writeActor` writes it. */
export function readActor(text: string): Actor {
  return text.startsWith('{') ? (JSON.parse(text) as Actor) : ({ kind: text } as Actor);
}
