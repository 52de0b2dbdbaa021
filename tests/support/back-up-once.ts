/**
 * One backup in a process of its own, under a lock, as the archive threads do it:
 *   back-up-once.ts LOCATION KEY-AS-HEX HOME CACHE-FOLDER [EXIT-AT-CALL]
 * Says `began` before the walk. With EXIT-AT-CALL the process kills itself ahead of that call to the store.
 * At the end it prints the result, the number of calls and its peak memory as one line of JSON.
 */
import { openLocalStore } from '../../plugin/destinations/local.ts';
import { archiveHome } from '../../plugin/engine/archiver.ts';
import { sealKeyFromBytes } from '../../plugin/engine/master-key.ts';
import { lockRepository } from '../../plugin/engine/repository-lock.ts';
import { Repository } from '../../plugin/engine/repository.ts';
import { Workspace } from '../../plugin/engine/workspace.ts';
import { systemClock } from '../../plugin/platform/clock.ts';
import { thisLocker } from '../../plugin/platform/locker.ts';
import { openSystem } from '../../plugin/platform/open-native.ts';
import { readOwnerNames } from '../../plugin/platform/owner-names.ts';
import { openScratchFiles } from '../../plugin/platform/scratch-files.ts';
import { watchStore } from './watch-store.ts';

const [location = '', key = '', home = '', cacheFolder = '', exitAt = 'never'] = process.argv.slice(2);
const { codec, files } = await openSystem('native');
const { store, calls } = watchStore(openLocalStore(location), () => {
  if (String(calls.length) === exitAt) process.kill(process.pid, 'SIGKILL');
});
const repository = await Repository.open(store, new Workspace(codec), sealKeyFromBytes(Buffer.from(key, 'hex')));
const lock = await lockRepository(repository, false, thisLocker());
process.stdout.write('began\n');
const result = await archiveHome({
  repository,
  files,
  home,
  ownerUid: process.getuid?.() ?? 0,
  trustedUids: [],
  owners: readOwnerNames(),
  paths: [],
  hostname: 'test',
  username: 'root',
  tags: [],
  programVersion: 'larder test',
  caches: openScratchFiles(cacheFolder),
  clock: systemClock,
  signal: new AbortController().signal,
  helper: undefined,
  onProgress: () => {},
});
await lock.release();
const peakBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(`${JSON.stringify({ ...result, calls: calls.length, peakBytes })}\n`);
