/**
 * Renews the keys of account `u1` in a process of its own that can be killed.
 *
 *   renew-child.ts FOLDER KILL-AT
 *
 * Ends itself by SIGKILL right before change KILL-AT (counted from 1; 0 is never). Prints each change on a line, and before
 * and after them what is used, as JSON.
 */
import { writeSync } from 'node:fs';
import { performRequest } from '../../plugin/actions/perform-request.ts';
import type { Performing, Services } from '../../plugin/actions/services.ts';
import { openServices } from '../../plugin/main-services.ts';
import { loadConfiguration } from '../../plugin/platform/configuration.ts';
import { watchStore } from './watch-store.ts';

const [folder = '', killAt = '0'] = process.argv.slice(2);
let changes = 0;

function tick(change: string): void {
  changes += 1;
  if (changes === Number(killAt)) process.kill(process.pid, 'SIGKILL');
  writeSync(1, `${change}\n`);
}

function watched(services: Services): Services {
  const { records, keys } = services;
  const noted = (call: string): void => {
    if (/^(write|remove)/.test(call)) tick(call);
  };
  return {
    ...services,
    openStore: async (place) => watchStore(await services.openStore(place), noted).store,
    keys: {
      ...keys,
      save(owner, made) {
        tick('keys');
        return keys.save(owner, made);
      },
    },
    records: {
      ...records,
      async exchangeRepository(exchange) {
        tick('exchange');
        await records.exchangeRepository(exchange);
        tick('exchanged');
      },
      async closeFormerRepository(former) {
        tick('close');
        await records.closeFormerRepository(former);
        tick('closed');
      },
    },
  };
}

/** What is used now, and what a full check finds in it. */
async function look(performing: Performing): Promise<void> {
  const access = await performRequest(performing, { kind: 'keys-restic-env', account: 'u1' });
  const { points } = await performRequest(performing, { kind: 'list', account: 'u1' });
  const { repositories } = await performRequest(performing, { kind: 'check', account: 'u1', readData: true });
  const damage = repositories.map((report) => report.damage);
  const known = points.map(({ time, label }) => `${time} ${label}`);
  writeSync(1, `${JSON.stringify({ ...access, points: known, damage })}\n`);
}

const configuration = loadConfiguration({ LARDER_CONFIG: `${folder}/larder.toml` });
const options = { configuration, programVersion: 'test', isChild: false, hasWorker: false, threads: 0 };
const opened = await openServices(options);
const plain = { services: opened.services, onProgress: () => {}, signal: new AbortController().signal };
const request = { kind: 'keys-renew', account: 'u1', dryRun: false, acceptLoss: false } as const;
await look(plain);
await performRequest({ ...plain, services: watched(opened.services) }, request);
await look(plain);
await opened.close();
