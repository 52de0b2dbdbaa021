/** What renewing the keys of a repository decides by: names of folders, room, and what an earlier try has left. */
import type { Generation } from './ids.ts';

/**
 * The folder of an account's repository. The generation is part of it: a customer who gets the name of an earlier one gets
 * another folder. So is, from the second on, which repository of the account it is: one with other keys has another folder.
 */
export function repositoryFolder(
  { name, generation }: { readonly name: string; readonly generation: string },
  number = 1,
): string {
  const folder = `${name}-${generation.slice(0, 12)}`;
  return number === 1 ? folder : `${folder}-${number}`;
}

export interface RepositoryFolder {
  readonly name: string;
  /** How the generation begins. */
  readonly generation: string;
  readonly number: number;
}

/** Whose repository a folder is, by its name; undefined for what is none. */
export function parseRepositoryFolder(folder: string): RepositoryFolder | undefined {
  const [, name, generation, number = '1'] = /^(.+)-([0-9a-f]{12})(?:-([2-9]|[1-9]\d{1,3}))?$/.exec(folder) ?? [];
  if (name === undefined || generation === undefined) return undefined;
  return { name, generation, number: Number(number) };
}

/** Of an account's folders those of newer repositories come first. */
export function newestFolderFirst(one: string, other: string): number {
  return (parseRepositoryFolder(other)?.number ?? 0) - (parseRepositoryFolder(one)?.number ?? 0);
}

const mebibyte = 2 ** 20;

/** How much room bringing so many bytes over takes, with headers, indexes and some to spare. */
export function roomForRenewal(bytes: number): number {
  return Math.ceil(bytes * 1.03) + 16 * mebibyte;
}

/** What is known of a repository in whose place another one is used. */
export interface ReplacedRepository {
  readonly replacedAt: Date;
  /** The job in which that was done; undefined where it was none. */
  readonly job: string | undefined;
  /** False until all is done that comes after the exchange. */
  readonly isClosed: boolean;
}

/**
 * - `begin`: nothing has been exchanged, or long ago;
 * - `finish`: the exchange was made, and what comes after it was not ended;
 * - `tell`: this very job has done it all and only could not say so.
 */
export type RenewalStep<Replaced> = {
  /** From before the newest exchange, and not closed yet: they are to be locked for good first. */
  readonly open: readonly Replaced[];
} & ({ readonly kind: 'begin' } | { readonly kind: 'finish' | 'tell'; readonly replaced: Replaced });

/** @param replaced of this account and destination, in any order. */
export function planRenewalStep<Replaced extends ReplacedRepository>(
  replaced: readonly Replaced[],
  job: string | undefined,
): RenewalStep<Replaced> {
  const newestFirst = replaced.toSorted((one, other) => other.replacedAt.getTime() - one.replacedAt.getTime());
  const [newest, ...others] = newestFirst;
  const open = others.filter(({ isClosed }) => !isClosed);
  if (newest === undefined) return { kind: 'begin', open };
  if (!newest.isClosed) return { kind: 'finish', replaced: newest, open };
  return job !== undefined && newest.job === job ? { kind: 'tell', replaced: newest, open } : { kind: 'begin', open };
}

/** A repository as the records know it. */
export interface PlacedRepository {
  readonly repositoryId: string;
  readonly generation: Generation;
  readonly destination: string;
  readonly folder: string;
}

/** Where the keys from before still open something. */
export interface FormerPlace<Placed extends PlacedRepository = PlacedRepository> {
  readonly place: Placed;
  /** When another took its place; undefined for a copy that is still used, because none of the new repository is there yet. */
  readonly replacedAt: Date | undefined;
}

/**
 * Everything that keys from before a renewal still open: repositories in whose place others are used, and copies of them
 * until the next copy.
 * @param primary the destination where repositories are made.
 */
export function planFormerPlaces<Placed extends PlacedRepository>(
  current: readonly Placed[],
  replaced: readonly (Placed & ReplacedRepository)[],
  primary: string,
): FormerPlace<Placed>[] {
  const idOf = new Map(
    current.filter(({ destination }) => destination === primary).map((made) => [made.generation, made.repositoryId]),
  );
  const renewed = new Set(replaced.map(({ repositoryId }) => repositoryId));
  const outdated = current.filter(({ generation, repositoryId, destination }) => {
    return destination !== primary && renewed.has(repositoryId) && idOf.get(generation) !== repositoryId;
  });
  return [
    ...replaced.map((place) => ({ place, replacedAt: place.replacedAt })),
    ...outdated.map((place) => ({ place, replacedAt: undefined })),
  ];
}
