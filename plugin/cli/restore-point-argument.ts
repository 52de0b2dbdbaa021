import { Failure } from '../domain/failure.ts';
import { archiveNameOrMoment } from '../domain/plan-archive.ts';
import { parseHumanTime } from '../domain/human-time.ts';
import type { Session } from './command.ts';

/** A restore point as a request names it, and the time that was understood when it was given in words. */
export interface PointArgument {
  readonly point: string;
  /** ISO 8601, when the point is the newest one not after it. */
  readonly notAfter: string | undefined;
}

/**
 * Reads an id or its beginning (8 hex digits or more), the name of an archive, `latest`, an ISO time or words such as "yesterday 20:00".
 * @throws {Failure} `invalid-input` with examples.
 */
export function parsePointArgument(typed: string, session: Pick<Session, 'now' | 'timeZone' | 'page'>): PointArgument {
  const text = typed.trim();
  if (/^[0-9a-f]{8,64}$/i.test(text)) return { point: text.toLowerCase(), notAfter: undefined };
  if (text.toLowerCase() === 'latest') return { point: 'latest', notAfter: undefined };
  if (archiveNameOrMoment.test(text)) return { point: text, notAfter: undefined };
  const notAfter = parseHumanTime(text, session.now(), session.timeZone)?.toISOString();
  if (notAfter !== undefined) return { point: notAfter, notAfter };
  const { texts } = session.page;
  throw new Failure('invalid-input', { field: texts.say('field.time'), text: typed, hint: texts.say('usage.times') });
}

/**
 * Reads the id of a restore point or its beginning. Nothing else: what is dropped must be named exactly.
 * @throws {Failure} `invalid-input`.
 */
export function parsePointId(typed: string, session: Pick<Session, 'page'>): string {
  if (/^[0-9a-f]{8,64}$/i.test(typed)) return typed.toLowerCase();
  const { texts } = session.page;
  throw new Failure('invalid-input', { field: texts.say('field.point'), text: typed, hint: texts.say('usage.ids') });
}
