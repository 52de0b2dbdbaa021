/**
 * Renews the keys of account `u1` in a process of its own that can be killed.
 *
 *   renew-child.ts FOLDER KILL-AT
 *
 * Ends itself by SIGKILL right before change KILL-AT (counted from 1; 0 is never). Prints each change on a line.
 */
import { writeSync } from 'node:fs';
import { performRequest } from '../../plugin/actions/perform-request.ts';
import type { Services } from '../../plugin/actions/services.ts';
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

function watched({ records, keys, openStore, ...services }: Services): Services {
  const noted = (call: string): void => {
    if (/^(write|remove)/.test(call)) tick(call);
  };
  return {
    ...services,
    openStore: async (place) => watchStore(await openStore(place), noted).store,
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

const configuration = loadConfiguration({ LARDER_CONFIG: `${folder}/larder.toml` });
const options = { configuration, programVersion: 'test', isChild: false, hasWorker: false, threads: 0 };
const opened = await openServices(options);
const performing = { services: watched(opened.services), onProgress: () => {}, signal: new AbortController().signal };
const request = { kind: 'keys-renew', account: 'u1', dryRun: false, acceptLoss: false } as const;
const { outcome } = await performRequest(performing, request);
writeSync(1, `${outcome}\n`);
await opened.close();
