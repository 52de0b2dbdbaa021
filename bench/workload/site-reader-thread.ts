import { parentPort, workerData } from 'node:worker_threads';
import { openSession } from '../../plugin/sources/mysql/admin-session.ts';
import type { ReaderFindings, ReaderOptions } from './site-reader.ts';

const { socketPath, database, tableCount } = workerData as ReaderOptions;
const session = await openSession({ socketPath }, { user: 'root', password: undefined }, database);
const problems: string[] = [];
const slow: { began: number; took: number }[] = [];
let queries = 0;
let isOver = false;
parentPort?.on('message', () => (isOver = true));
parentPort?.postMessage('ready');
while (!isOver) {
  const began = Date.now();
  const since = performance.now();
  try {
    await session.rows(`SELECT COUNT(*) AS n, MAX(v) AS v FROM t${queries % tableCount} WHERE id < 20`);
  } catch (error) {
    problems.push(String(error));
  }
  const took = performance.now() - since;
  if (took >= 5) slow.push({ began, took });
  queries += 1;
  await new Promise((resolve) => setImmediate(resolve));
}
await session.close();
parentPort?.postMessage({ queries, problems, slow } satisfies ReaderFindings);
parentPort?.close();
