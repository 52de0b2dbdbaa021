/**
 * Forgets the given snapshots and prunes, in a process of its own that can be killed.
 *
 *   node prune-child.ts REPOSITORY KEY-IN-HEX SNAPSHOT,… KILL-AT
 *
 * Ends itself by SIGKILL right before the call KILL-AT that would change the store (counted from 1; 0 is never).
 * Prints `ready` when it begins, and how many such calls there were when it ends.
 */
import { parseSnapshotId } from '../../plugin/domain/ids.ts';
import { openLocalStore } from '../../plugin/destinations/local.ts';
import { forgetSnapshots } from '../../plugin/engine/forget.ts';
import { sealKeyFromBytes } from '../../plugin/engine/master-key.ts';
import { prune } from '../../plugin/engine/prune.ts';
import { Repository } from '../../plugin/engine/repository.ts';
import { Workspace } from '../../plugin/engine/workspace.ts';
import { systemClock } from '../../plugin/platform/clock.ts';
import { openSystem } from '../../plugin/platform/open-native.ts';
import { exclusively, never, thoroughLimits } from './maintenance.ts';
import { watchStore } from './watch-store.ts';

const [location = '', key = '', snapshots = '', killAt = '0'] = process.argv.slice(2);
let changes = 0;
const { store } = watchStore(openLocalStore(location), (call) => {
  if (/^(write|remove)/.test(call) && ++changes === Number(killAt)) process.kill(process.pid, 'SIGKILL');
});
const { codec } = await openSystem();
const masterKey = sealKeyFromBytes(Buffer.from(key, 'hex'));
const repository = await Repository.open(store, new Workspace(codec), masterKey);
process.stdout.write('ready\n');
await exclusively(repository, async (lock) => {
  await forgetSnapshots(repository, lock, snapshots.split(',').map(parseSnapshotId));
  await prune(repository, lock, { clock: systemClock, signal: never, limits: thoroughLimits });
});
process.stdout.write(`${changes}\n`);
