import type { Actor } from '../domain/actor.ts';
import type { Page } from './page.ts';
import { showText } from './show-text.ts';

/** `Eleni (ticket #4711)`, `the administrator of the server`. */
export function showActor(actor: Actor, { texts }: Pick<Page, 'texts'>): string {
  switch (actor.kind) {
    case 'root':
    case 'account':
    case 'schedule':
      return texts.say(`actor.${actor.kind}`);
    case 'admin':
      return showText(actor.name);
    case 'staff':
      return texts.say('actor.staff', { name: showText(actor.name), ticket: showText(actor.ticket) });
  }
}
