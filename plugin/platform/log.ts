import { pino, stdTimeFunctions, type DestinationStream } from 'pino';
import type { Log, LogFacts } from '../contracts/log.ts';
import { isFailure } from '../domain/failure.ts';

/** Names under which a secret could come by mistake. */
const secretNames = ['password', 'secret', 'session', 'token', 'masterKey'];

/**
 * A log of JSON lines, one event each, on `output` (standard error when absent, where systemd's journal takes them).
 * Values under the names of secrets, at any of the first two levels, are left out.
 */
export function openLog(output?: DestinationStream): Log {
  const logger = pino(
    {
      base: { pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`]), remove: true },
    },
    output ?? pino.destination({ dest: 2, sync: true }),
  );
  return {
    info: (event, facts) => logger.info(readable(facts, false), event),
    warn: (event, facts) => logger.warn(readable(facts, false), event),
    error: (event, facts) => logger.error(readable(facts, true), event),
  };
}

function readable({ error, ...facts }: LogFacts, withStack: boolean): LogFacts {
  return error === undefined ? facts : { ...facts, ...describe(error, withStack) };
}

function describe(error: unknown, withStack: boolean): LogFacts {
  if (isFailure(error)) return { code: error.code, facts: error.facts };
  if (!(error instanceof Error)) return { problem: String(error) };
  return { problem: error.message, ...(withStack ? { stack: error.stack } : {}) };
}
