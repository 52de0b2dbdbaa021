import { join } from 'node:path';
import ejs from 'ejs';
import { showName } from '../domain/show-name.ts';
import type { Assets } from './assets.ts';
import type { ViewData } from './reply.ts';
import { tabsOf } from './tabs.ts';
import type { Link, Visit } from './visit.ts';
import type { Facts, Say } from './words.ts';

/** What all views have, beside what their page gives them. */
export interface Frame {
  readonly visit: Pick<Visit, 'who' | 'language' | 'say' | 'formats' | 'now' | 'link'>;
  /** The token that forms carry; empty where nobody is signed in. */
  readonly token: string;
  /** Where the page is, for forms that come back to it. */
  readonly here: string;
}

export type RenderPage = (view: string, data: ViewData, frame: Frame) => Promise<string>;

/**
 * Views lie in `folder`. In them stand `t` (a sentence), `rich` (a sentence whose places are filled with markup),
 * `F` (the formats), `N` (a text from elsewhere, by `showName`), `I` (an icon), `U` (an address), and `current` (for links that lead to where one is). `<%-` is for
 * `include`, `I`, `rich`, `attr` and nothing else: all of them escape what they are given.
 * @param base of all addresses, without a slash at the end.
 */
export function createRenderer(folder: string, assets: Assets, base: string): RenderPage {
  const address = (path: string): string => `${base}/assets/${path}`;
  const fixed = {
    css: address(assets.css),
    script: address(assets.script),
    I: (name: string, classes = '') => icon(assets, address(assets.icons), name, classes),
    attr,
    tag,
    N: (name: string) => showName(name),
  };
  return (view, data, { visit, token, here }) =>
    ejs.renderFile(
      join(folder, `${view}.ejs`),
      {
        ...fixed,
        ...wordsOf(visit.say, visit.link),
        F: visit.formats,
        lng: visit.language,
        dir: 'ltr',
        now: visit.now,
        who: visit.who,
        tabs: visit.who === undefined ? [] : tabsOf(visit.who),
        acting: visit.who?.role === 'staff',
        token,
        here,
        ...data,
      },
      { cache: true },
    );
}

function wordsOf(say: Say, link: Link) {
  const rich = (key: string, places: { readonly [name: string]: Markup | string | number }): string => {
    const marks = Object.entries(places).filter((place): place is [string, Markup] => typeof place[1] === 'object');
    const facts: Facts = Object.fromEntries(
      Object.entries(places).map(([name, place]) => [name, typeof place === 'object' ? mark(name) : place]),
    );
    return marks.reduce((text, [name, { html }]) => text.replace(mark(name), () => html), escape(say(key, facts)));
  };
  return { t: say, rich, U: link };
}

/** Stands in the place of markup while a sentence is put together. */
function mark(name: string): string {
  return `\u0001${name}\u0002`;
}

/** Text that is HTML already. */
interface Markup {
  readonly html: string;
}

/** An element around text. */
function tag(name: 'bdi' | 'code' | 'strong' | 'time', text: string): Markup {
  return { html: `<${name}>${escape(text)}</${name}>` };
}

/** An attribute when `value` is neither false nor undefined; just its name when it is true. */
function attr(name: string, value: string | number | boolean | undefined): string {
  if (value === false || value === undefined) return '';
  return value === true ? ` ${name}` : ` ${name}="${escape(String(value))}"`;
}

function icon(assets: Assets, sprite: string, name: string, classes: string): string {
  if (!assets.hasIcon(name)) throw new Error(`there is no icon ${name}`);
  return `<svg class="i${classes === '' ? '' : ` ${classes}`}" aria-hidden="true"><use href="${sprite}#${name}"/></svg>`;
}

function escape(text: string): string {
  const entities: { readonly [sign: string]: string } = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&#34;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? '');
}
