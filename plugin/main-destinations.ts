/** Adds and removes destinations in the configuration file. Wiring only. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { testDestination } from './actions/test-destination.ts';
import type { Credentials, DestinationEditor } from './cli/destination-editor.ts';
import { openMetadata } from './database/open-metadata.ts';
import { locationOf } from './domain/destination.ts';
import { Failure } from './domain/failure.ts';
import { serverWork } from './domain/server-work.ts';
import { openPlace } from './main-open-store.ts';
import { createFile } from './platform/atomic-file.ts';
import { systemClock } from './platform/clock.ts';
import { openDestinationTests } from './platform/destination-tests.ts';
import { planAddition, planRemoval, writeEdit, type PlannedEdit } from './platform/edit-configuration.ts';
import { hasErrorCode } from './platform/error-code.ts';
import type { Environment } from './platform/environment.ts';
import { readS3Credentials } from './platform/s3-credentials.ts';
import { loadServerId } from './platform/server-id.ts';
import type { DestinationTest } from './protocol/copies.ts';

export function openDestinationEditor(environment: Environment): DestinationEditor {
  return {
    async planAdd(fields) {
      const edit = planAddition(environment, fields);
      const credentialsFile = credentialsFileOf(edit);
      const needsCredentials = credentialsFile !== undefined && !existsSync(credentialsFile);
      return { file: edit.file, lines: edit.lines, credentialsFile, needsCredentials };
    },
    async add(fields, { credentials, isTested }) {
      const edit = planAddition(environment, fields);
      const made = await keepCredentials(edit, credentials);
      try {
        const test = isTested ? await tryOut(edit) : undefined;
        const isWritten = test?.findings.every(({ level }) => level !== 'bad') ?? true;
        if (!isWritten) dropCredentials(made);
        else await writeRecorded(edit, 'destination-add');
        return { test, isWritten };
      } catch (error) {
        dropCredentials(made);
        throw error;
      }
    },
    async planRemove(name) {
      const { file, lines } = planRemoval(environment, name);
      return { file, lines };
    },
    remove: async (name) => writeRecorded(planRemoval(environment, name), 'destination-remove'),
  };
}

/** Written down first: who adds a place could send everything there. Before `larder init` there is nothing to send. */
async function writeRecorded(edit: PlannedEdit, action: string): Promise<void> {
  const { configuration, destination } = edit;
  const { state } = configuration;
  if (existsSync(state)) {
    const server = await loadServerId(state);
    const metadata = await openMetadata({ metadata: configuration.metadata, server, migrates: false });
    try {
      const { name, kind, role } = destination;
      const details = { destination: name, kind, role, location: locationOf({ destination, folder: '' }) };
      const at = systemClock.now();
      await metadata.audit.add({ ...serverWork, at, actor: { kind: 'root' }, action, details, jobId: undefined });
    } finally {
      await metadata.close();
    }
  }
  await writeEdit(edit);
}

function credentialsFileOf({ destination }: PlannedEdit): string | undefined {
  return destination.kind === 's3' ? destination.credentialsFile : undefined;
}

/** @returns the file that was made for them; undefined when none was. @throws {Failure} `key-unusable`, `configuration-invalid`. */
async function keepCredentials(edit: PlannedEdit, credentials: Credentials | undefined): Promise<string | undefined> {
  const file = credentialsFileOf(edit);
  if (file === undefined || credentials === undefined) return undefined;
  try {
    await createFile(file, toText(credentials), 0o600);
  } catch (error) {
    if (!hasErrorCode(error, 'EEXIST')) throw error;
    throw new Failure('key-unusable', { key: file, problem: 'it is there already' }, { cause: error });
  }
  try {
    readS3Credentials(file);
  } catch (error) {
    dropCredentials(file);
    throw error;
  }
  return file;
}

function toText(credentials: Credentials): string {
  if (credentials.kind === 'file') return readFileSync(credentials.path === '-' ? 0 : credentials.path, 'utf8');
  const { accessKeyId, secretAccessKey } = credentials;
  return `access_key_id = ${JSON.stringify(accessKeyId)}\nsecret_access_key = ${JSON.stringify(secretAccessKey)}\n`;
}

function dropCredentials(file: string | undefined): void {
  if (file !== undefined) rmSync(file, { force: true });
}

/** What is found is kept where there is a state folder. */
function tryOut({ configuration, destination }: PlannedEdit): Promise<DestinationTest> {
  const kept = openDestinationTests<DestinationTest>(configuration.state);
  const destinationTests = existsSync(configuration.state) ? kept : { ...kept, save: () => Promise.resolve() };
  const services = {
    configuration,
    destinationTests,
    clock: systemClock,
    openPlace,
    randomSecret: () => randomBytes(32),
  };
  return testDestination(services, destination.name).then(({ test }) => test);
}
