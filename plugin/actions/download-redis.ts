import type { ZipSink } from '../contracts/zip-writer.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { redisCopyName, redisPath } from '../domain/redis-name.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { findNode, rootNode } from '../engine/home-tree.ts';
import type { Snapshot } from '../engine/snapshot.ts';
import type { Answer, Request } from '../protocol/requests.ts';
import { findAccount } from './find-account.ts';
import { onPlanGround, type PlanGround } from './plan-ground.ts';
import { findPointHolding, toPointLine } from './restore-points.ts';
import { sendFrom } from './send-from.ts';
import type { Performing } from './services.ts';

/**
 * Sends the copy of an instance of Redis as its server wrote it. What is in a restore point of the account was its own.
 * @throws {Failure} `unknown-account`, `unknown-restore-point`, `unknown-database`, `repository-damaged`, `cancelled`.
 */
export async function downloadRedis(
  { services, signal }: Performing,
  request: Extract<Request, { kind: 'download' }>,
  name: string,
  sink: ZipSink,
): Promise<Answer<'download'>> {
  const account = await findAccount(services, request.account);
  return onPlanGround(services, account, async (ground) => {
    const snapshot = await findPointOfRedis(ground, request.point, name);
    const node = await findCopy(ground, snapshot, name);
    const bytes = await sendFrom(contentOf(ground, node), { offset: request.offset, sink, signal });
    return { account: account.name, point: toPointLine(snapshot), bytes, files: 1, problems: [], problemCount: 0 };
  });
}

/** The newest that `point` may mean and that has the instance. @throws {Failure} `unknown-restore-point`. */
export function findPointOfRedis(
  { repository, reader, account }: PlanGround,
  point: string,
  name: string,
): Promise<Snapshot> {
  return findPointHolding(repository, reader, { point, account: account.name }, pathOf(name));
}

/** A name that can be none is in no restore point. */
function pathOf(name: string): string[] {
  try {
    return redisPath(name);
  } catch {
    return ['databases', 'redis', ''];
  }
}

async function findCopy({ reader }: PlanGround, snapshot: Snapshot, name: string): Promise<TreeNode> {
  try {
    const path = [...pathOf(name), redisCopyName].map((part) => Buffer.from(part));
    return await findNode(reader, rootNode(snapshot), path);
  } catch (error) {
    if (!isFailure(error, 'not-found')) throw error;
    throw new Failure('unknown-database', { database: `redis:${name}`, hint: 'larder list' }, { cause: error });
  }
}

async function* contentOf({ reader }: PlanGround, node: TreeNode): AsyncGenerator<Buffer, void> {
  for (const id of node.content) yield Buffer.from(await reader.read('data', id));
}
