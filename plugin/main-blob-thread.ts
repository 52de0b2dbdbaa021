/** A thread that opens the blobs of one repository for who restores from it. Wiring only. */
import { workerData } from 'node:worker_threads';
import type { BlobThreadOrder } from './contracts/blob-thread.ts';
import { sealKeyFromBytes } from './engine/master-key.ts';
import { openAskedBlobs } from './engine/open-asked-blobs.ts';
import { Repository } from './engine/repository.ts';
import { Workspace } from './engine/workspace.ts';
import { openStore } from './main-open-store.ts';
import { openCodec } from './platform/open-native.ts';

const { place, masterKey, memory } = workerData as BlobThreadOrder;
const workspace = new Workspace(await openCodec());
const key = sealKeyFromBytes(Buffer.from(masterKey));
await openAskedBlobs(memory, await Repository.open(await openStore(place), workspace, key));
