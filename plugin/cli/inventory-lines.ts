import { allOf, type Known } from '../domain/known.ts';
import type { AccountInventory, ImmutabilityLine, PlaceLine } from '../protocol/inventory.ts';
import type { Page } from './page.ts';
import { renderTable } from './table.ts';

/** Where the backups of one account are. */
export function renderPlaces(places: readonly PlaceLine[], page: Page): readonly string[] {
  const { texts } = page;
  const columns = [
    { title: texts.say('inventory.column.destination'), colour: 'bold' },
    { title: texts.say('inventory.column.what') },
    { title: texts.say('inventory.column.country') },
    { title: texts.say('inventory.column.elsewhere') },
    { title: texts.say('inventory.column.points'), side: 'right' },
    { title: texts.say('inventory.column.newest') },
    { title: texts.say('inventory.column.locked') },
  ] as const;
  const rows = places.map((place) => [
    place.destination,
    texts.say(`inventory.mechanism.${place.mechanism}`),
    place.country ?? '–',
    sayKnown(place.offsite, page),
    place.points === undefined ? '–' : page.number(place.points),
    place.newestAt === undefined ? '–' : page.ago(place.newestAt),
    sayImmutability(place.immutability, page),
  ]);
  return renderTable(columns, rows, page.paint);
}

/** One line for each account. */
export function renderAccounts(accounts: readonly AccountInventory[], page: Page): readonly string[] {
  const { texts } = page;
  const columns = [
    { title: texts.say('column.account'), colour: 'bold' },
    { title: texts.say('inventory.column.copies'), side: 'right' },
    { title: texts.say('inventory.column.mechanisms') },
    { title: texts.say('inventory.column.countries') },
    { title: '3-2-1' },
    { title: texts.say('inventory.column.independent') },
    { title: texts.say('inventory.column.locked') },
  ] as const;
  const rows = accounts.map(({ account, copies, mechanisms, countries, rules, places }) => [
    account,
    page.number(copies),
    mechanisms.map((mechanism) => texts.say(`inventory.mechanism.${mechanism}`)).join(', ') || '–',
    countries.join(', ') || '–',
    sayKnown(allOf([rules.threeCopies, rules.twoMechanisms, rules.oneOffsite]), page),
    sayKnown(rules.twoIndependent, page),
    sayLocked(rules.oneImmutable, places, page),
  ]);
  return renderTable(columns, rows, page.paint);
}

function sayKnown(known: Known, { texts }: Page): string {
  return texts.say(`inventory.known.${known}`);
}

/** Until when the copy elsewhere that is locked for longest is. */
function sayLocked(isImmutable: Known, places: readonly PlaceLine[], page: Page): string {
  if (isImmutable !== 'yes') return sayKnown(isImmutable, page);
  const untils = places
    .filter(({ counts, offsite, immutability }) => {
      return counts === 'yes' && offsite === 'yes' && immutability.state === 'locked';
    })
    .map(({ immutability }) => immutability.until ?? '');
  return page.at(untils.toSorted().at(-1) ?? '');
}

function sayImmutability({ state, until, why }: ImmutabilityLine, page: Page): string {
  if (until !== undefined && state === 'locked') return page.at(until);
  const word = why ?? state;
  return page.texts.say(`inventory.deletable.${word}`);
}

type Missing = AccountInventory['missing'][number];

export function describeMissing({ kind, destinations }: Missing, { texts }: Page): string {
  return texts.say(`inventory.missing.${kind}`, { where: destinations.join(', ') });
}

const mostNamed = 5;

/** What is missing, the same sentence once, with those whom it is about. */
export function renderMissing(accounts: readonly AccountInventory[], page: Page): string[] {
  const { texts } = page;
  const found = accounts.flatMap(({ account, missing }) => {
    return missing.map((one) => ({ account, text: describeMissing(one, page) }));
  });
  if (found.length === 0) return [page.mark('good', texts.say('inventory.whole'))];
  const groups = Map.groupBy(found, ({ text }) => text);
  return [...groups].map(([text, some]) => {
    const names = some.slice(0, mostNamed).map(({ account }) => account);
    const more = some.length > mostNamed ? ` … (${page.number(some.length)})` : '';
    return page.mark('warning', accounts.length === 1 ? text : `${text} ${names.join(', ')}${more}`);
  });
}
