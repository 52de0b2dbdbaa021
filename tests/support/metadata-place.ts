import type { TestContext } from 'node:test';
import type { Knex } from 'knex';
import { openConnection } from '../../plugin/database/connection.ts';
import { openMetadata, type Metadata } from '../../plugin/database/open-metadata.ts';
import type { JobQueue } from '../../plugin/contracts/job-queue.ts';
import type { MetadataConfiguration } from '../../plugin/domain/configuration.ts';
import { parseServerId, type ServerId } from '../../plugin/domain/ids.ts';

/** A metadata database of one test, with its own connection beside those that are opened. */
export interface MetadataPlace {
  readonly metadata: MetadataConfiguration;
  open(server?: ServerId): Promise<Metadata>;
  /** SQL as it stands, for what no contract offers. */
  connect(): Knex;
}

export const serverA = parseServerId('a'.repeat(32));
export const serverB = parseServerId('b'.repeat(32));

/** Whatever is opened is closed after the test. */
export function metadataPlace(context: TestContext, metadata: MetadataConfiguration): MetadataPlace {
  return {
    metadata,
    async open(server = serverA) {
      const opened = await openMetadata({ metadata, server, migrates: true });
      context.after(() => opened.close());
      return opened;
    },
    connect() {
      const connection = openConnection(metadata);
      context.after(() => connection.destroy());
      return connection;
    },
  };
}

/** Queues over connections of their own, as processes have them. */
export async function openQueues(place: MetadataPlace, count: number): Promise<JobQueue[]> {
  const all: JobQueue[] = [];
  for (let number = 0; number < count; number += 1) all.push((await place.open()).jobs);
  return all;
}
