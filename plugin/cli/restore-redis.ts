import { Failure } from '../domain/failure.ts';
import { redisNamed } from '../domain/redis-name.ts';
import type { Given, Result, Session } from './command.ts';
import { keepDownload } from './keep-download.ts';
import { describePoint } from './point-lines.ts';
import type { PointArgument } from './restore-point-argument.ts';

/** Its copy as a file, which its server loads when it starts: only whoever runs that can put it in its place. */
export async function restoreRedis(
  { point: asked, notAfter }: PointArgument,
  name: string,
  given: Given,
  session: Session,
): Promise<Result> {
  const { account } = given;
  const output = readOutput(given, session);
  const named = { kind: 'databases', account, point: asked, database: redisNamed(name) } as const;
  const { point } = await session.perform<'databases'>(named);
  for (const line of describePoint(point, notAfter, session.page)) session.talk(line);
  const database = { name, tables: [], format: 'rdb', forOldClients: false } as const;
  const result = await keepDownload({ account, paths: [], database, point, output, from: {} }, false, session);
  if (result.exitCode !== 0) return result;
  return { ...result, notes: [...(result.notes ?? []), session.page.texts.say('restore.redis')] };
}

function readOutput(given: Given, session: Session): string {
  const { texts } = session.page;
  const other = (['delete', 'as', 'replace', 'dry-run', 'from'] as const).find((option) => given.has(option));
  const hint = texts.say('usage.redis');
  if (other !== undefined) {
    throw new Failure('invalid-input', { field: texts.say('field.option'), text: `--${other}`, hint });
  }
  const output = given.option('to');
  if (output === undefined) throw new Failure('invalid-input', { field: '--to', text: '', hint });
  return output;
}
