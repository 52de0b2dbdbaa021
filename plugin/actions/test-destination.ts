import type { LargeUpload, ObjectLocks, Place } from '../contracts/place.ts';
import { locationOf } from '../domain/destination.ts';
import { isFailure } from '../domain/failure.ts';
import type { DestinationFinding, DestinationTest } from '../protocol/copies.ts';
import type { Answer } from '../protocol/requests.ts';
import { chosenDestination, placeBelow, type Services } from './services.ts';

/** So many write the same new object at the same moment. */
const racers = 24;
const lockSeconds = 60;
/** Signed requests are refused at a quarter of an hour. */
const badSkewSeconds = 600;
const oddSkewSeconds = 30;

/**
 * Tries out what a destination really does, in a folder of its own, and keeps what was found: an answer of success
 * proves nothing. What was locked for the trial stays there for a minute and is left behind.
 * @throws {Failure} `unknown-destination`, `key-unusable`, `state-unsafe`. Everything else is a finding.
 */
export async function testDestination(services: TrialServices, name: string): Promise<Answer<'destination-test'>> {
  const destination = chosenDestination(services.configuration, name);
  const place = await services.openPlace({
    ...placeBelow(services.configuration, destination, ''),
    folder: trialFolder(services),
  });
  const findings = await tryOut(services, place);
  const test: DestinationTest = {
    testedAt: services.clock.now().toISOString(),
    location: locationOf({ destination, folder: '' }),
    findings,
    guarantees: {
      exclusiveWrite: isGood(findings, 'race'),
      immutable: isGood(findings, 'lock'),
      resumable: isGood(findings, 'parts'),
    },
  };
  await services.destinationTests.save(name, test);
  return { destination: name, test };
}

/** Not to be taken for a repository's: what is locked stays there for a while. */
function trialFolder({ randomSecret }: TrialServices): string {
  return `larder-test.${randomSecret().toString('hex').slice(0, 12)}`;
}

/** Leaves behind only what cannot be removed. */
async function tryOut(services: TrialServices, place: Place): Promise<Finding[]> {
  const findings = await new Trial(services, place).run();
  await place.dropEmptyFolders().catch((error: unknown) => {
    if (!isFailure(error)) throw error; // the findings tell of what does not answer
  });
  return findings;
}

function isGood(findings: readonly DestinationFinding[], check: string): boolean {
  return findings.some((finding) => finding.check === check && finding.level === 'good');
}

/** What a trial needs: also of a destination that is not configured yet. */
type TrialServices = Pick<Services, 'configuration' | 'clock' | 'randomSecret' | 'openPlace' | 'destinationTests'>;

type Finding = DestinationFinding;
type Facts = Finding['facts'];

class Trial {
  readonly #services: TrialServices;
  readonly #place: Place;

  constructor(services: TrialServices, place: Place) {
    this.#services = services;
    this.#place = place;
  }

  /** Where nothing can be written, nothing else is tried. */
  async run(): Promise<Finding[]> {
    const first = await this.#attempt('write', () => this.#write());
    if (first.level === 'bad') return [first];
    const findings = [first];
    const checks: [string, () => Promise<Finding>][] = [
      ['range', () => this.#range()],
      ['list', () => this.#list()],
      ['race', () => this.#race()],
      ['clock', () => this.#clock()],
      ['parts', () => this.#parts()],
      ['lock', () => this.#lock()],
      ['delete', () => this.#delete()],
    ];
    for (const [check, work] of checks) findings.push(await this.#attempt(check, work));
    return findings;
  }

  async #write(): Promise<Finding> {
    const content = Buffer.alloc(1_000_000, this.#services.randomSecret());
    await this.#place.store.write('data/00/object', content);
    const isSame = (await this.#place.store.read('data/00/object')).equals(content);
    return finding(
      'write',
      isSame ? 'good' : 'bad',
      isSame ? {} : { problem: 'it does not give back what it was given' },
    );
  }

  async #range(): Promise<Finding> {
    const whole = await this.#place.store.read('data/00/object');
    const part = await this.#place.store.readRange('data/00/object', 333_333, 1000);
    return finding('range', part.equals(whole.subarray(333_333, 334_333)) ? 'good' : 'bad', {});
  }

  async #list(): Promise<Finding> {
    const found = await this.#place.store.list('data/');
    const isListed = found.some(({ key, sizeBytes }) => key === 'data/00/object' && sizeBytes === 1_000_000);
    return finding('list', isListed ? 'good' : 'bad', {});
  }

  async #race(): Promise<Finding> {
    const tries = Array.from({ length: racers }, (_, index) =>
      this.#place.writeNew('race', Buffer.from(String(index))),
    );
    const ends = await Promise.allSettled(tries);
    const later = await this.#place.writeNew('race', Buffer.from('later'));
    const won = ends.flatMap((end, index) => (end.status === 'fulfilled' && end.value ? [String(index)] : []));
    const winners = won.length + Number(later);
    const kept = (await this.#place.store.read('race')).toString();
    const broken = ends.find((end) => end.status === 'rejected');
    const facts = { racers, winners, ...(broken === undefined ? {} : { problem: problemOf(broken.reason) }) };
    const isSure = winners === 1 && won[0] === kept && broken === undefined;
    return finding('race', isSure ? 'good' : 'warning', facts);
  }

  async #clock(): Promise<Finding> {
    const before = this.#services.clock.now().getTime();
    await this.#place.store.write('clock', Buffer.from('x'));
    const after = this.#services.clock.now().getTime();
    const at = await this.#place.writtenAt('clock');
    const off = Math.max(0, before - at.getTime() - 1000, at.getTime() - after - 1000);
    const seconds = Math.round(off / 1000);
    return finding('clock', seconds >= badSkewSeconds ? 'bad' : seconds >= oddSkewSeconds ? 'warning' : 'good', {
      seconds,
    });
  }

  async #parts(): Promise<Finding> {
    const { uploads } = this.#place;
    if (uploads === undefined) return finding('parts', 'warning', { problem: 'there are none at this kind of place' });
    const upload: LargeUpload = { key: 'large', id: await uploads.begin('large') };
    try {
      const sent = await uploads.writePart(upload, 1, Buffer.alloc(uploads.leastPartBytes, 1));
      const [listed] = (await uploads.listParts(upload)) ?? [];
      const isListed = listed?.sizeBytes === sent.sizeBytes && listed.mark === sent.mark;
      return finding('parts', isListed ? 'good' : 'warning', {});
    } finally {
      await uploads.abort(upload);
    }
  }

  async #lock(): Promise<Finding> {
    const { locks } = this.#place;
    if (locks === undefined) return finding('lock', 'warning', { problem: 'no lock is configured' });
    const until = new Date(this.#services.clock.now().getTime() + lockSeconds * 1000);
    await this.#place.store.write('data/00/locked', Buffer.from('x'), { lockUntil: until });
    return finding('lock', (await this.#survives(locks)) ? 'good' : 'bad', {});
  }

  async #survives(locks: ObjectLocks): Promise<boolean> {
    if (await locks.tryDestroy('data/00/locked')) return false;
    return (await this.#place.store.read('data/00/locked')).toString() === 'x';
  }

  /** A server that may not delete is the safer one. */
  async #delete(): Promise<Finding> {
    const { store, locks } = this.#place;
    if (locks !== undefined) return finding('delete', 'good', {});
    try {
      for (const { key } of await store.list('')) await store.remove(key);
      return finding('delete', 'good', { may: 'yes' });
    } catch (error) {
      if (isFailure(error, 'destination-refused')) return finding('delete', 'good', { may: 'no' });
      throw error;
    }
  }

  async #attempt(check: string, work: () => Promise<Finding>): Promise<Finding> {
    try {
      return await work();
    } catch (error) {
      return finding(check, 'bad', { problem: problemOf(error) });
    }
  }
}

/** @throws what is no `Failure` */
function problemOf(error: unknown): string {
  if (!isFailure(error)) throw error;
  return 'problem' in error.facts ? error.facts.problem : error.code;
}

function finding(check: string, level: Finding['level'], facts: Facts): Finding {
  return { check, level, facts };
}
