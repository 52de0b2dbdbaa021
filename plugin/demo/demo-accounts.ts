import type { Package } from './package-files.ts';
import { joinerShop, tavernShop, type Shop } from './database/shop.ts';
import { english, german, greek, type Voice } from './voice.ts';

/** One customer of the demo: a site, its mail, and what happens to it. */
export interface DemoAccount {
  readonly name: string;
  readonly language: 'el' | 'en' | 'de';
  readonly domain: string;
  readonly title: string;
  readonly voice: Voice;
  readonly packages: readonly Package[];
  /** Photos that are there at the beginning; each is kept in five sizes. */
  readonly photos: number;
  /** Bytes of the largest of the sizes. */
  readonly photoBytes: number;
  readonly messages: number;
  /** Papers for customers that are there at the beginning, and how many come on a working day. */
  readonly papers: number;
  readonly papersADay: number;
  /** Photos that come with a new post. */
  readonly photosAPost: number;
  /** What its site sells, if it does. */
  readonly shop?: Shop;
}

/** The plugin whose update goes wrong. */
export const brokenPlugin: Package = {
  kind: 'plugin',
  slug: 'eshop-orders',
  title: 'E-Shop Orders',
  files: 140,
  versions: ['5.1.4', '5.2.0', '5.3.0'],
};

const seo: Package = {
  kind: 'plugin',
  slug: 'search-snippets',
  title: 'Search Snippets',
  files: 110,
  versions: ['21.4', '21.5', '21.6'],
};
const forms: Package = {
  kind: 'plugin',
  slug: 'friendly-forms',
  title: 'Friendly Forms',
  files: 90,
  versions: ['6.0.1', '6.0.2', '6.1.0'],
};
const cache: Package = {
  kind: 'plugin',
  slug: 'page-cache',
  title: 'Page Cache',
  files: 45,
  versions: ['2.8.8', '2.8.9'],
};
const gallery: Package = {
  kind: 'plugin',
  slug: 'client-galleries',
  title: 'Client Galleries',
  files: 130,
  versions: ['3.2.0', '3.3.0', '3.3.1'],
};
const cookies: Package = {
  kind: 'plugin',
  slug: 'cookie-banner',
  title: 'Cookie Banner',
  files: 60,
  versions: ['4.1.0', '4.1.1'],
};

const theme = (slug: string, title: string): Package => ({
  kind: 'theme',
  slug,
  title,
  files: 50,
  versions: ['1.4', '1.5'],
});

/** By name. Maria's site is the one that breaks. */
export const demoAccounts: readonly DemoAccount[] = [
  {
    name: 'brandt',
    language: 'de',
    domain: 'tischlerei-brandt.example',
    title: 'Tischlerei Brandt',
    voice: german,
    packages: [theme('meisterwerk', 'Meisterwerk'), forms, seo, cookies],
    photos: 110,
    photoBytes: 380_000,
    messages: 700,
    papers: 160,
    papersADay: 3,
    photosAPost: 4,
    shop: joinerShop,
  },
  {
    name: 'maria',
    language: 'el',
    domain: 'taverna-maria.example',
    title: 'Ταβέρνα Μαρία & e-shop',
    voice: greek,
    packages: [theme('thalassa', 'Thalassa'), brokenPlugin, seo, cache, forms],
    photos: 130,
    photoBytes: 300_000,
    messages: 900,
    papers: 420,
    papersADay: 9,
    photosAPost: 3,
    shop: tavernShop,
  },
  {
    name: 'nora',
    language: 'en',
    domain: 'norafield.example',
    title: 'Nora Field Photography',
    voice: english,
    packages: [theme('lightroom-white', 'Lightroom White'), gallery, seo, forms],
    photos: 150,
    photoBytes: 300_000,
    messages: 450,
    papers: 60,
    papersADay: 1,
    photosAPost: 7,
  },
];
