import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const path = '/usr/sbin:/usr/bin:/sbin:/bin';
const environment = { PATH: path, LC_ALL: 'C.UTF-8', HOME: '/nonexistent' };

/** Whether Debian's radosgw is installed. */
export const hasRadosgw = ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph'].every((program) =>
  path.split(':').some((folder) => existsSync(join(folder, program))),
);

export interface PrivateRadosgw {
  readonly endpoint: string;
  readonly port: number;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Another customer of the server, with a key of his own. */
  addUser(name: string): Promise<Pick<PrivateRadosgw, 'accessKeyId' | 'secretAccessKey'>>;
  /** Ends the processes by their ids and removes their files. */
  stop(): Promise<void>;
}

/** One monitor, one store in a file, one gateway, all on loopback, in a folder of their own. Takes 10 to 20 seconds. */
export async function startRadosgw(): Promise<PrivateRadosgw> {
  const folder = mkdtempSync(join(tmpdir(), 'larder-ceph-'));
  const children: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(children.toReversed().map(end));
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', () => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  try {
    return { ...(await start(folder, children)), stop };
  } catch (error) {
    const log = join(folder, 'log');
    await Promise.all(children.map(end));
    throw new Error(`radosgw did not start; see ${log}`, { cause: error });
  }
}

async function start(folder: string, children: ChildProcess[]): Promise<Omit<PrivateRadosgw, 'stop'>> {
  const [gate = 0, first = 0, second = 0] = await freePorts(3);
  const monitor = `[v2:127.0.0.1:${first},v1:127.0.0.1:${second}]`;
  const id = randomUUID();
  for (const name of ['mon', 'osd0', 'run', 'rgw']) mkdirSync(join(folder, name));
  const configuration = join(folder, 'ceph.conf');
  writeFileSync(configuration, settings(folder, id, monitor, gate));
  const ceph = (program: string, ...words: string[]): Promise<unknown> =>
    run(program, ['-c', configuration, ...words], { env: environment });
  const daemon = (program: string, ...words: string[]): void => {
    // it must not outlive a test that is killed
    const command = ['--pdeathsig', 'KILL', program, '-c', configuration, '-f', ...words];
    children.push(spawn('setpriv', command, { env: environment, stdio: 'ignore' }));
  };
  await makeKeys(folder);
  await run('monmaptool', ['--create', '--fsid', id, '--addv', 'a', monitor, join(folder, 'monmap')], {
    env: environment,
  });
  await ceph('ceph-mon', '--mkfs', '-i', 'a', '--monmap', join(folder, 'monmap'), '--keyring', join(folder, 'keyring'));
  daemon('ceph-mon', '-i', 'a');
  const disk = randomUUID();
  await ceph('ceph', '--connect-timeout', '20', 'osd', 'new', disk);
  await Promise.all([
    ceph('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', disk),
    ceph('ceph', 'osd', 'crush', 'add', 'osd.0', '1.0', 'root=default', 'host=localhost'),
  ]);
  daemon('ceph-osd', '-i', '0');
  daemon('radosgw', '-n', 'client.rgw.a');
  const endpoint = `http://127.0.0.1:${gate}`;
  await waitForAnswer(endpoint, children);
  const addUser = async (name: string, key = name) => {
    const keys = { accessKeyId: `${key}key`, secretAccessKey: `${key}secret` };
    const own = [`--access-key=${keys.accessKeyId}`, `--secret-key=${keys.secretAccessKey}`];
    await ceph('radosgw-admin', 'user', 'create', `--uid=${name}`, `--display-name=${name}`, ...own);
    return keys;
  };
  return { endpoint, port: gate, addUser, ...(await addUser('t', 'test')) };
}

async function makeKeys(folder: string): Promise<void> {
  const file = join(folder, 'keyring');
  const make = (name: string, ...capabilities: string[]): Promise<unknown> => {
    const words = capabilities.flatMap((word) => ['--cap', ...word.split('=')]);
    const create = existsSync(file) ? [] : ['--create-keyring'];
    return run('ceph-authtool', [...create, file, '--gen-key', '-n', name, ...words], { env: environment });
  };
  await make('mon.', 'mon=allow *');
  await make('client.admin', 'mon=allow *', 'osd=allow *', 'mgr=allow *');
  await make('osd.0', 'mon=allow profile osd', 'osd=allow *', 'mgr=allow profile osd');
  await make('client.rgw.a', 'mon=allow rwx', 'osd=allow rwx');
}

/** cephx cannot be left out: without it the gateway never comes up. Few groups and one copy make it quick. */
function settings(folder: string, id: string, monitor: string, gate: number): string {
  return `[global]
fsid = ${id}
mon_host = ${monitor}
mon_initial_members = a
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
auth_allow_insecure_global_id_reclaim = false
keyring = ${folder}/keyring
run_dir = ${folder}/run
pid_file = ${folder}/run/$type.$id.pid
admin_socket = ${folder}/run/$type.$id.asok
log_file = ${folder}/log
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 500
mon_data_avail_crit = 1
mon_data_avail_warn = 2
osd_objectstore = bluestore
bluestore_block_size = 8589934592
bluestore_fsck_quick_fix_on_mount = false
[mon.a]
mon_data = ${folder}/mon
[osd.0]
osd_data = ${folder}/osd0
osd_memory_target = 939524096
[client.rgw.a]
rgw_data = ${folder}/rgw
rgw_frontends = beast endpoint=127.0.0.1:${gate}
rgw_thread_pool_size = 64
rgw_enable_usage_log = false
rgw_crypt_require_ssl = false
`;
}

async function waitForAnswer(endpoint: string, children: readonly ChildProcess[]): Promise<void> {
  for (let attempt = 0; attempt < 900; attempt += 1) {
    if (children.some(({ exitCode }) => exitCode !== null)) throw new Error('a daemon ended');
    const answer = await fetch(endpoint).catch(() => undefined);
    if (answer !== undefined) return;
    await wait(100);
  }
  throw new Error('it does not answer');
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listen(): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL'); // what it holds is thrown away
  await ended;
}
