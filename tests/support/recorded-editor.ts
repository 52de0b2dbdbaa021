import type { DestinationEditor } from '../../plugin/cli/destination-editor.ts';
import { recordedCopies } from './recorded-copies.ts';

const file = '/etc/larder/larder.toml';
const lines = ['[[destinations]]', 'name = "cloud"', 'kind = "s3"', 'bucket = "backups"'];
const { findings, ...test } = recordedCopies['destination-test'].test;

/** What the configuration file of the recorded server says when it is to be changed. */
export const recordedEditor: DestinationEditor = {
  planAdd: () => Promise.resolve({ file, lines, credentialsFile: '/etc/larder/cloud.toml', needsCredentials: false }),
  add: (_, { isTested }) => {
    const good = { ...test, findings: findings.filter(({ level }) => level !== 'bad') };
    return Promise.resolve({ test: isTested ? good : undefined, isWritten: true });
  },
  planRemove: () => Promise.resolve({ file, lines }),
  remove: () => Promise.resolve(),
};
