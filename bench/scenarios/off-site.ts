import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { makeBucket } from '../../tests/support/s3-destination.ts';
import { startRadosgw, type PrivateRadosgw } from '../../tests/support/radosgw.ts';
import { settle } from '../measure/disk.ts';
import { atLeast, ratio } from '../measure/goal.ts';
import { summarise, type Measurement } from '../measure/measurement.ts';
import { measureScript, runScript } from '../measure/run-script.ts';
import { intoFile, type Command } from '../measure/script.ts';
import { larderProgram } from '../peers/larder.ts';
import { planLargeAccount, type AccountSpec } from '../workload/account-spec.ts';
import { generateAccounts } from '../workload/generate.ts';
import { employ, homesOf, makeOwnedFolder, requireAllFiles } from './keepers.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

export const offSite: Scenario = {
  name: 'off-site',
  summary: 'a repository copied to S3 on this machine, and restored from there',
  tools: ['larder', 'restic'],
  diskBytes: { small: 2e9, full: 10e9 },
  run,
};

const bucket = 'bench';

async function run(bench: Bench): Promise<Report> {
  const server = await startRadosgw();
  try {
    await makeBucket(server, bucket);
    return await measureAgainst(server, bench);
  } finally {
    await server.stop();
  }
}

interface Ground {
  readonly server: PrivateRadosgw;
  readonly bench: Bench;
  readonly account: AccountSpec;
  /** Larder's own folder. */
  readonly folder: string;
}

async function measureAgainst(server: PrivateRadosgw, bench: Bench): Promise<Report> {
  const account = planLargeAccount(homesOf(bench), bench.size);
  await generateAccounts(homesOf(bench), [account], bench.stage.signal);
  const tool = bench.tools.find(({ name }) => name === 'larder');
  if (tool === undefined) throw new Error('Larder takes part');
  const keeper = await employ(tool, [account], bench);
  const ground = { server, bench, account, folder: keeper.folder };
  await runScript(keeper.backUp(), bench.stage);
  await addDestinations(ground);
  const runs = {
    copy: [] as Measurement[],
    rclone: [] as Measurement[],
    restore: [] as Measurement[],
    restic: [] as Measurement[],
  };
  for (let round = 1; round <= bench.rounds; round += 1) {
    runs.copy.push(
      await measured(ground, [larder(ground, '--account', account.name, 'copy', '--destination', `c${round}`)]),
    );
    runs.rclone.push(await measured(ground, [rclone(ground, round)]));
  }
  for (let round = 1; round <= bench.rounds; round += 1) {
    runs.restore.push(await restored(ground, `larder-${round}`, larderRestore(ground)));
    runs.restic.push(await restored(ground, `restic-${round}`, await resticRestore(ground), '/files'));
  }
  return report(runs);
}

function report(runs: { readonly [name in 'copy' | 'rclone' | 'restore' | 'restic']: readonly Measurement[] }): Report {
  const wall = (list: readonly Measurement[]): number => summarise(list).wallSeconds;
  const row = (what: string, list: readonly Measurement[]): string[] => {
    const { wallSeconds, cpuSeconds, largestBytes } = summarise(list);
    return [what, wallSeconds.toFixed(2), cpuSeconds.toFixed(2), (largestBytes / 2 ** 20).toFixed(0)];
  };
  return {
    head: ['what', 'wall s', 'CPU s', 'largest process MiB'],
    rows: [
      row('larder copy', runs.copy),
      row('rclone copy of the same repository', runs.rclone),
      row('larder restore --from', runs.restore),
      row('restic restore from the same bucket', runs.restic),
    ],
    goals: [
      atLeast("larder copy's speed against rclone copy", ratio(wall(runs.rclone), wall(runs.copy)), 0.8),
      atLeast("larder restore's speed against restic", ratio(wall(runs.restic), wall(runs.restore)), 1),
    ],
    notes: ['the S3 server is radosgw on the same machine; restic without a cache'],
    runs: {
      copy: new Map([['larder', runs.copy]]),
      restore: new Map([
        ['larder', runs.restore],
        ['restic', runs.restic],
      ]),
    },
  };
}

/** One destination for each round, so that nothing is there yet. */
async function addDestinations({ server, bench, folder }: Ground): Promise<void> {
  const { endpoint, accessKeyId, secretAccessKey } = server;
  const key = `${folder}/s3.toml`;
  await writeFile(key, `access_key_id = "${accessKeyId}"\nsecret_access_key = "${secretAccessKey}"\n`, { mode: 0o600 });
  for (let round = 1; round <= bench.rounds; round += 1) {
    const lines = [
      '[[destinations]]',
      `name = "c${round}"`,
      'kind = "s3"',
      'preset = "ceph"',
      `endpoint = "${endpoint}"`,
      `bucket = "${bucket}"`,
      `prefix = "c${round}"`,
      `credentials_file = "${key}"`,
      '',
    ];
    await appendFile(`${folder}/larder.toml`, lines.join('\n'));
  }
}

function larder({ folder }: Ground, ...words: readonly string[]): Command {
  return { words: [larderProgram, ...words], environment: { LARDER_CONFIG: `${folder}/larder.toml` } };
}

function rclone({ server, folder }: Ground, round: number): Command {
  const { endpoint, accessKeyId, secretAccessKey } = server;
  return {
    words: ['rclone', 'copy', '--transfers', '8', `${folder}/repositories`, `s3:${bucket}/rclone-${round}`],
    environment: {
      RCLONE_CONFIG_S3_TYPE: 's3',
      RCLONE_CONFIG_S3_PROVIDER: 'Ceph',
      RCLONE_CONFIG_S3_ENDPOINT: endpoint,
      RCLONE_CONFIG_S3_ACCESS_KEY_ID: accessKeyId,
      RCLONE_CONFIG_S3_SECRET_ACCESS_KEY: secretAccessKey,
    },
  };
}

async function measured({ bench }: Ground, script: readonly Command[]): Promise<Measurement> {
  bench.say(script[0]?.words.slice(0, 4).join(' ') ?? '');
  await settle(bench.stage);
  return measureScript(script, bench.stage);
}

/** @param home where the home lies in what was restored: beside it restic brings back what Larder says of the account. */
async function restored(
  ground: Ground,
  name: string,
  restore: (into: string) => Command,
  home = '',
): Promise<Measurement> {
  const into = `${ground.bench.folder}/restored/${name}`;
  await makeOwnedFolder(into, ground.account);
  const measurement = await measured(ground, [restore(into), { words: ['sync', '-f', into] }]);
  await requireAllFiles(`${into}${home}`, ground.account.home);
  return measurement;
}

function larderRestore(ground: Ground): (into: string) => Command {
  const { name } = ground.account;
  return (into) => larder(ground, '--account', name, 'restore', '.', '--at', 'latest', '--to', into, '--from', 'c1');
}

async function resticRestore(ground: Ground): Promise<(into: string) => Command> {
  const { server, bench, account, folder } = ground;
  const file = `${folder}/restic.env`;
  const ask = larder(ground, '--account', account.name, 'keys', 'restic-env', '--destination', 'c1');
  await mkdir(folder, { recursive: true });
  await runScript([intoFile(ask, file)], bench.stage);
  const environment = { AWS_ACCESS_KEY_ID: server.accessKeyId, AWS_SECRET_ACCESS_KEY: server.secretAccessKey };
  return (into) => ({
    words: ['sh', '-c', '. "$1"; exec restic --quiet --no-cache restore latest --target "$2"', 'sh', file, into],
    environment,
  });
}
