/** Looks whether Larder can do its work on this server. Each probe stands alone: one that fails hides no other. Wiring only. */
import { existsSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { formerPlaces } from './actions/former-places.ts';
import { unfinishedRenewals } from './actions/unfinished-renewals.ts';
import type { Records } from './contracts/records.ts';
import { openMetadata } from './database/open-metadata.ts';
import { connectWorker } from './main-connect.ts';
import { openPlace, openStore } from './main-open-store.ts';
import { outdatedSettings } from './main-people.ts';
import type { Configuration, DatabaseServerConfiguration, RedisConfiguration } from './domain/configuration.ts';
import type { DestinationConfiguration } from './domain/destination.ts';
import { isFailure } from './domain/failure.ts';
import { assessRecovery, type RecoveryProof } from './domain/recovery-proof.ts';
import { openPanel } from './panels/open-panel.ts';
import { systemClock } from './platform/clock.ts';
import { loadConfiguration } from './platform/configuration.ts';
import type { Environment } from './platform/environment.ts';
import { findIdentityFiles } from './platform/create-keys.ts';
import { areHardLinksProtected } from './platform/hard-link-protection.ts';
import { openKeyStore } from './platform/key-store.ts';
import { openSystem } from './platform/open-native.ts';
import { readRecoveryRecipients } from './platform/recovery-recipients.ts';
import { loadServerId } from './platform/server-id.ts';
import { checkStateFolder } from './platform/state-folder.ts';
import type { Answer, Finding } from './protocol/requests.ts';

type Facts = Finding['facts'];

/** @returns every finding, in the order a person would mend them. */
export async function examine(environment: Environment): Promise<Answer<'doctor'>> {
  const findings = [examineNode(), await examineNative(), examineRights(), examineHardLinks()];
  const configuration = examineConfiguration(environment, findings);
  if (configuration === undefined) return { findings };
  findings.push(examineState(configuration));
  if (existsSync(configuration.state)) {
    findings.push(examineKeys(configuration), ...examineRecovery(configuration));
    findings.push(...(await examineMetadata(configuration)));
  }
  for (const destination of configuration.destinations) findings.push(await examineDestination(destination));
  findings.push(await examineAccounts(configuration));
  findings.push(...(await examineWorker(configuration)));
  for (const server of configuration.databases) findings.push(...(await examineDatabases(server)));
  for (const instance of configuration.redis) findings.push(await examineInstance(instance));
  findings.push(...(await examineProbe(configuration)));
  return { findings };
}

function examineNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNew = major > 24 || (major === 24 && minor >= 12);
  return finding('node', isNew ? 'good' : 'bad', { version: process.versions.node });
}

async function examineNative(): Promise<Finding> {
  const { problem } = await openSystem();
  return finding('native', problem === undefined ? 'good' : 'warning', { problem: problem ?? '' });
}

function examineRights(): Finding {
  return finding('rights', process.getuid?.() === 0 ? 'good' : 'warning', {});
}

function examineHardLinks(): Finding {
  return finding('hardlinks', areHardLinksProtected() ? 'good' : 'bad', {});
}

function examineConfiguration(environment: Environment, findings: Finding[]): Configuration | undefined {
  try {
    const configuration = loadConfiguration(environment);
    findings.push(finding('configuration', 'good', { file: configuration.file }));
    return configuration;
  } catch (error) {
    findings.push(finding('configuration', 'bad', { file: fileOf(error), problem: problemOf(error) }));
    return undefined;
  }
}

function examineState({ state }: Configuration): Finding {
  if (!existsSync(state)) return finding('state', 'warning', { path: state });
  return attempt('state', { path: state }, () => checkStateFolder(state));
}

function examineKeys({ state }: Configuration): Finding {
  try {
    openKeyStore(state);
    return finding('keys', 'good', {});
  } catch (error) {
    return finding('keys', isFailure(error, 'not-initialised') ? 'warning' : 'bad', { problem: problemOf(error) });
  }
}

function examineRecovery({ state }: Configuration): Finding[] {
  const left = findIdentityFiles(state).map((path) => finding('recovery', 'warning', { path }));
  try {
    return [...left, finding('recovery', 'good', { count: readRecoveryRecipients(state).length })];
  } catch {
    return left; // `keys` says what is wrong
  }
}

/** With what is written down there of the recovery keys. */
async function examineMetadata(configuration: Configuration): Promise<Finding[]> {
  const { state, metadata: place } = configuration;
  try {
    const metadata = await openMetadata({ metadata: place, server: await loadServerId(state), migrates: true });
    try {
      return [
        finding('metadata', 'good', {}),
        ...examineProofs(state, await metadata.recoveryProofs.list()),
        ...(await examineFormer(metadata.records, configuration)),
        ...(await examineRenewals(metadata.records, configuration)),
      ];
    } finally {
      await metadata.close();
    }
  } catch (error) {
    return [finding('metadata', 'bad', { problem: problemOf(error) })];
  }
}

/** What keys from before a renewal still open. */
async function examineFormer(records: Records, configuration: Configuration): Promise<Finding[]> {
  const places = await formerPlaces({ records, configuration });
  const [first] = places;
  if (first === undefined) return [];
  const { accountName: account, folder, destination } = first.place;
  return [finding('former-keys', 'warning', { count: places.length, account, folder, destination })];
}

/** Whether a destination can be used is told of each by itself. */
async function examineRenewals(records: Records, configuration: Configuration): Promise<Finding[]> {
  try {
    const found = await unfinishedRenewals({ records, configuration, openPlace, openStore });
    return found.map((one) => finding('renewal-unfinished', 'warning', { ...one }));
  } catch (error) {
    if (isFailure(error)) return [];
    throw error;
  }
}

/** That keys lie in a safe says nothing of whether they open anything. */
function examineProofs(state: string, proofs: readonly RecoveryProof[]): Finding[] {
  try {
    const { count, proven, lastAt } = assessRecovery(readRecoveryRecipients(state), proofs, systemClock.now());
    if (lastAt === undefined || proven < count) return [finding('recovery-proof', 'warning', { all: count, proven })];
    return [finding('recovery-proof', 'good', { count, date: lastAt.toISOString().slice(0, 10) })];
  } catch (error) {
    if (isFailure(error)) return []; // `keys` says what is wrong
    throw error;
  }
}

/** Writes, reads and removes one small object. */
function examineDestination(destination: DestinationConfiguration): Promise<Finding> {
  return attemptAsync('destination', { destination: destination.name }, async () => {
    const store = await openStore({ destination, folder: '', cacheFolder: undefined });
    const key = `larder-doctor-${randomBytes(6).toString('hex')}`;
    const content = randomBytes(64);
    await store.write(key, content);
    const read = await store.read(key);
    await store.remove(key);
    if (!read.equals(content)) throw new Error('what was written is not what was read');
  });
}

async function examineAccounts({ panel }: Configuration): Promise<Finding> {
  try {
    const { length } = await openPanel(panel).listAccounts();
    return finding('accounts', length > 0 ? 'good' : 'warning', { count: length });
  } catch (error) {
    return finding('accounts', 'bad', { problem: problemOf(error) });
  }
}

/** Whether the worker that runs goes by this configuration; there may be none. */
async function examineWorker({ run }: Configuration): Promise<Finding[]> {
  try {
    const worker = await connectWorker(run, process.getuid?.() ?? 0);
    worker?.close();
    if (worker === undefined) return [];
    const outdated = await outdatedSettings(worker.hello);
    return [outdated === undefined ? finding('worker', 'good', {}) : finding('worker', 'warning', { file: outdated })];
  } catch (error) {
    return [finding('worker', 'bad', { problem: problemOf(error) })];
  }
}

const examiners = {
  mysql: () => import('./sources/mysql/examine-server.ts'),
  postgresql: () => import('./sources/postgresql/examine-server.ts'),
};

/** One line for the server, one for each thing to mend. */
async function examineDatabases(configuration: DatabaseServerConfiguration): Promise<Finding[]> {
  const { engine, server: address } = configuration;
  const server = 'socketPath' in address ? address.socketPath : `${address.host}:${address.port}`;
  try {
    const { examineServer } = await examiners[engine]();
    const found = await examineServer(configuration);
    return found.map((item) => {
      if (item.kind === 'server') return finding('database', 'good', { server, version: item.version });
      if (item.kind === 'rights')
        return finding('database-rights', 'bad', { server, user: item.user, mend: item.mend });
      const { setting, value, wanted } = item;
      return finding('database-setting', 'warning', { server, setting, value, wanted });
    });
  } catch (error) {
    return [finding('database', 'bad', { server, problem: problemOf(error) })];
  }
}

async function examineInstance(instance: RedisConfiguration): Promise<Finding> {
  const { name, account } = instance;
  if (account === undefined) return finding('redis-shared', 'good', { name });
  try {
    const { examineRedis } = await import('./sources/redis/redis-source.ts');
    const { serverVersion, keys } = await examineRedis(instance);
    return finding('redis', 'good', { name, account, version: serverVersion, count: keys });
  } catch (error) {
    return finding('redis', 'bad', { name, problem: problemOf(error) });
  }
}

/** What asks restored sites, where drills are to do that. */
async function examineProbe({ proof }: Configuration): Promise<Finding[]> {
  const { probe, uid } = proof.drills;
  if (probe === undefined) return [];
  const { examinePhp } = await import('./sources/php/examine-php.ts');
  const { kind, php } = await examinePhp(probe.php, uid);
  if (kind === 'good') return [finding('site-probe', 'good', { php })];
  return [finding(`site-probe-${kind}`, 'warning', { php })];
}

function attempt(check: string, facts: Facts, probe: () => void): Finding {
  try {
    probe();
    return finding(check, 'good', facts);
  } catch (error) {
    return finding(check, 'bad', { ...facts, problem: problemOf(error) });
  }
}

async function attemptAsync(check: string, facts: Facts, probe: () => Promise<void>): Promise<Finding> {
  try {
    await probe();
    return finding(check, 'good', facts);
  } catch (error) {
    return finding(check, 'bad', { ...facts, problem: problemOf(error) });
  }
}

function finding(check: string, level: Finding['level'], facts: Facts): Finding {
  return { check, level, facts };
}

function fileOf(error: unknown): string {
  return isFailure(error) && 'file' in error.facts ? error.facts.file : '';
}

function problemOf(error: unknown): string {
  if (!isFailure(error)) return error instanceof Error ? error.message : String(error);
  const { facts } = error;
  if (!('problem' in facts)) return error.code;
  return 'line' in facts ? `line ${facts.line}: ${facts.problem}` : facts.problem;
}
