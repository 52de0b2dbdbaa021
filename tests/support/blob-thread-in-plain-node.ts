/** `main-blob-thread.ts` without native calls. */
import { workerData } from 'node:worker_threads';
import type { BlobThreadOrder } from '../../plugin/contracts/blob-thread.ts';
import { sealKeyFromBytes } from '../../plugin/engine/master-key.ts';
import { openAskedBlobs } from '../../plugin/engine/open-asked-blobs.ts';
import { Repository } from '../../plugin/engine/repository.ts';
import { Workspace } from '../../plugin/engine/workspace.ts';
import { openStore } from '../../plugin/main-open-store.ts';
import { openNodeCodec } from '../../plugin/platform/node-codec.ts';

const { place, masterKey, memory } = workerData as BlobThreadOrder;
const key = sealKeyFromBytes(Buffer.from(masterKey));
const repository = await Repository.open(await openStore(place), new Workspace(openNodeCodec()), key);
await openAskedBlobs(memory, repository);
