import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { AskedSite } from '../../plugin/domain/site-answer.ts';
import type { DrillReport } from '../../plugin/protocol/proof.ts';
import {
  drillUid,
  needsPhp,
  openFolder,
  processesWith,
  runNaively,
  startNeighbour,
  watchAnswers,
  writeSite,
} from '../support/php-sites.ts';
import { openProofSite } from '../support/proof-site.ts';

/** However busy the machine is. */
const patience = 300;

interface Drilled {
  readonly report: DrillReport;
  /** What sites answered, by their folders. */
  readonly answers: ReadonlyMap<string, AskedSite>;
  /** Of the sandboxes. */
  readonly left: readonly string[];
}

/** Restores sites in a drill and asks them. @param sites the code of each, by its folder. */
async function drillSites(
  context: TestContext,
  sites: { readonly [folder: string]: string },
  seconds = patience,
): Promise<Drilled> {
  const folders = JSON.stringify(Object.keys(sites));
  const options = `[drills]\nuid = ${drillUid}\nprobe = true\nprobe_seconds = ${seconds}\nprobe_folders = ${folders}\n`;
  const { openSiteAsker, answers } = watchAnswers();
  const site = await openProofSite(context, { openSiteAsker }, options);
  for (const [folder, code] of Object.entries(sites)) {
    writeSite(join(site.home, folder), { 'index.php': code, 'photo.jpg': 'as it was' });
  }
  rmSync(join(site.home, 'public_html'), { recursive: true });
  await site.backUp();
  const { drills } = await site.perform({ kind: 'drill', account: 'u1', which: 'account' });
  assert.ok(drills[0] !== undefined);
  return { report: drills[0], answers, left: readdirSync(join(site.folder, 'state/drills')) };
}

function outcomeOf({ report }: Drilled, folder: string): string | undefined {
  return report.sites.find(({ path }) => path === folder)?.probe?.outcome;
}

function problemOf({ report }: Drilled, folder: string) {
  return report.problems.find(({ name }) => name === folder);
}

function bodyOf({ answers }: Drilled, folder: string): string {
  const output = answers.get(folder)?.output ?? '';
  return output.slice(output.indexOf('\r\n\r\n') + 4);
}

suite('hostile sites in a drill', { skip: needsPhp }, () => {
  test('see nothing of the machine but its programs, and have no rights', async (context) => {
    const secret = join(openFolder(context), 'secret');
    writeFileSync(secret, 'everybody may read this');
    chmodSync(secret, 0o644);
    assert.match(runNaively(context, `<?php echo @file_get_contents('${secret}');`), /everybody/);
    const drilled = await drillSites(context, { site: lookAround(secret) });
    assert.equal(outcomeOf(drilled, 'site'), 'answered');
    const seen = JSON.parse(bodyOf(drilled, 'site')) as { readonly [name: string]: unknown };
    const same = Array.from({ length: 4 }, () => drillUid).join('\t');
    assert.deepEqual([seen['uid'], seen['gid'], seen['groups']], [same, same, '']);
    const none = '0000000000000000';
    assert.deepEqual(seen['rights'], [none, none, none, none, '1']);
    const root = new Set(seen['root'] as string[]);
    for (const name of ['root', 'srv', 'sys', 'boot', 'mnt', 'media']) assert.ok(!root.has(name), name);
    const etc = new Set(seen['etc'] as string[]);
    for (const name of ['passwd', 'shadow', 'hostname', 'larder', 'mysql']) assert.ok(!etc.has(name), name);
    assert.deepEqual([seen['run'], seen['own'], seen['secret'], seen['ini']], [false, false, false, false]);
    assert.equal(seen['routes'], 0);
    assert.ok((seen['processes'] as number) < 8);
    assert.deepEqual([seen['score'], seen['scored']], ['1000', false], 'it cannot even be written as it is');
    assert.deepEqual(seen['opt'], false);
    assert.deepEqual(seen['local'], ['.', '..']);
    assert.deepEqual(new Set((seen['php'] as string[][]).flat()), new Set(['.', '..', 'cgi', 'mods-available']));
    assert.notEqual(seen['namespace'], '0');
    assert.match(String(seen['limits']), /^Max address space +805306368 +805306368/m);
    assert.match(String(seen['limits']), /^Max core file size +0 +0/m);
    assert.deepEqual(drilled.left, []);
  });

  test('connect to nobody, write to nothing that stays, and kill no neighbour', async (context) => {
    const folder = openFolder(context);
    const { port, counts } = await listen(context, join(folder, 'socket'));
    const connect = connectTo(port, `${folder}/socket`);
    runNaively(context, connect);
    await counts.untilBoth();
    const counted = counts.all();
    runNaively(context, `<?php @file_put_contents('${folder}/mark', 'x');`);
    assert.ok(existsSync(join(folder, 'mark')));
    const [naive, neighbour] = [await startNeighbour(context), await startNeighbour(context)];
    const ended = new Promise((resolve) => naive.once('exit', (_, signal) => resolve(signal)));
    runNaively(context, killing(naive.pid));
    assert.equal(await ended, 'SIGKILL');

    const marker = `larder-mark-${process.pid}`;
    const places = [folder, '/tmp', '/usr/bin', '/etc', '/dev/shm', '/'];
    const sites = { connect, write: writeTo(places.map((place) => join(place, marker))), kill: killing(neighbour.pid) };
    const drilled = await drillSites(context, { ...sites, good: '<?php echo "ok";' });
    assert.deepEqual([outcomeOf(drilled, 'connect'), bodyOf(drilled, 'connect')], ['answered', 'tried']);
    assert.equal(counts.all(), counted);
    const [own, mebibytes, photo] = JSON.parse(bodyOf(drilled, 'write')) as [number | false, number, string];
    assert.equal(photo, own === false ? 'as it was' : 'changed');
    assert.ok(mebibytes > 0 && mebibytes <= 192, String(mebibytes));
    for (const place of places) assert.ok(!readdirSync(place).includes(marker), place);
    assert.equal(outcomeOf(drilled, 'kill'), 'failed');
    const answered = new Promise((resolve) => neighbour.stdout?.once('data', (bytes) => resolve(String(bytes))));
    neighbour.stdin?.write('alive');
    assert.equal(await answered, 'alive');
    assert.equal(outcomeOf(drilled, 'good'), 'answered');
    assert.deepEqual(drilled.left, []);
  });

  test('leave no process behind, and get no more of them and of memory than they may', async (context) => {
    const [naive, marker] = [`7${process.pid}.25`, `9${process.pid}.25`];
    runNaively(context, leaving(naive));
    let left = processesWith(naive);
    for (; left.length === 0; left = processesWith(naive)) await wait(25); // it becomes another program first
    for (const id of left) process.kill(id, 'SIGKILL');
    const sites = {
      leave: leaving(marker),
      many: multiplying(marker),
      memory: swelling,
      endless,
      good: '<?php echo 1;',
    };
    const drilled = await drillSites(context, sites);
    assert.deepEqual(processesWith(marker), []);
    assert.ok(Number(bodyOf(drilled, 'many')) < tries, bodyOf(drilled, 'many'));
    assert.equal(problemOf(drilled, 'memory')?.kind, 'site-fatal');
    assert.match(problemOf(drilled, 'memory')?.detail ?? '', /memory/i);
    assert.equal(problemOf(drilled, 'endless')?.kind, 'site-endless');
    assert.ok((drilled.answers.get('endless')?.output.length ?? 0) <= 8 * 1024 * 1024);
    assert.deepEqual([outcomeOf(drilled, 'leave'), outcomeOf(drilled, 'good')], ['answered', 'answered']);
    assert.deepEqual(drilled.left, []);
  });

  test('that never answer are ended, with all that they started, and nothing of their root is seen outside', async (context) => {
    const marker = `6${process.pid}.25`;
    const mounts = (): string => readFileSync('/proc/self/mountinfo', 'utf8');
    const before = mounts();
    const silent = `<?php exec('sleep ${marker}'); echo 'ok';`;
    const drilled = await drillSites(context, { silent, second: silent, third: silent }, 1);
    assert.deepEqual(problemOf(drilled, 'silent'), { kind: 'site-silent', name: 'silent', count: 1 });
    assert.deepEqual([outcomeOf(drilled, 'second'), outcomeOf(drilled, 'third')], ['failed', 'too-many']);
    assert.equal(drilled.answers.has('third'), false);
    assert.deepEqual(processesWith(marker), []);
    assert.equal(mounts(), before);
  });
});

function lookAround(secret: string): string {
  return `<?php
    $status = file_get_contents('/proc/self/status');
    $of = fn($name) => preg_match("/^$name:\\t(.*)$/m", $status, $found) ? trim($found[1]) : null;
    echo json_encode([
      'uid' => $of('Uid'), 'gid' => $of('Gid'), 'groups' => $of('Groups'),
      'rights' => [$of('CapEff'), $of('CapPrm'), $of('CapBnd'), $of('CapAmb'), $of('NoNewPrivs')],
      'root' => scandir('/'), 'etc' => scandir('/etc'), 'run' => @scandir('/run'), 'own' => @scandir('/own'),
      'limits' => file_get_contents('/proc/self/limits'), 'routes' => count(array_slice(file('/proc/net/route'), 1)),
      'processes' => count(glob('/proc/[0-9]*')), 'score' => trim(file_get_contents('/proc/self/oom_score_adj')),
      'scored' => @file_put_contents('/proc/self/oom_score_adj', '1000'),
      'opt' => @scandir('/opt'), 'local' => @scandir('/usr/local'), 'php' => array_map('scandir', glob('/etc/php/*')),
      'namespace' => exec('unshare --user --map-root-user true 2>&1; echo $?'),
      'secret' => @file_get_contents('${secret}'), 'ini' => php_ini_loaded_file(),
    ]);`;
}

function connectTo(port: number, socketPath: string): string {
  return `<?php
    foreach (['tcp://127.0.0.1:${port}', 'tcp://[::1]:${port}', 'unix://${socketPath}'] as $where) {
      $socket = @stream_socket_client($where, $number, $problem, 5);
      if ($socket) { fwrite($socket, 'x'); fclose($socket); }
    }
    echo 'tried';`;
}

function writeTo(paths: readonly string[]): string {
  return `<?php
    foreach (json_decode('${JSON.stringify(paths)}') as $path) @file_put_contents($path, 'x');
    $own = @file_put_contents(__DIR__ . '/photo.jpg', 'changed');
    $written = 0;
    $file = fopen('/tmp/large', 'w');
    while (($bytes = @fwrite($file, str_repeat('x', 1 << 20))) > 0) $written += $bytes;
    echo json_encode([$own, $written >> 20, file_get_contents(__DIR__ . '/photo.jpg')]);`;
}

/** One process by its number, and in a sandbox all that can be reached. */
function killing(id: number | undefined): string {
  return `<?php exec('kill -9 ${id}'); if (is_dir('/own')) exec('kill -9 -1'); echo 'ok';`;
}

function leaving(marker: string): string {
  return `<?php exec('setsid sleep ${marker} >/dev/null 2>&1 &'); echo 'ok';`;
}

/** Far more than a site may start. */
const tries = 800;

function multiplying(marker: string): string {
  return `<?php
    $all = [];
    for ($i = 0; $i < ${tries}; $i++) {
      $process = @proc_open(['sleep', '${marker}'], [], $pipes);
      if ($process) $all[] = $process;
    }
    echo count($all);
    flush();
    exec('kill -9 ' . getmypid());
    posix_kill(getmypid(), 9);`;
}

const swelling = `<?php ini_set('memory_limit', -1); echo strlen(str_repeat('x', 2 << 30));`;
const endless = `<?php while (true) echo str_repeat('x', 65536);`;

async function listen(context: TestContext, socketPath: string) {
  const counted = { tcp: 0, unix: 0 };
  const waiting: (() => void)[] = [];
  const note = (kind: keyof typeof counted): void => {
    counted[kind] += 1;
    for (const look of waiting) look();
  };
  const open = (kind: keyof typeof counted, ...where: [string] | [number, string]): Promise<Server> => {
    const server = createServer((socket) => {
      note(kind);
      socket.on('error', () => {}).destroy();
    });
    context.after(() => void server.close());
    return new Promise((resolve) => server.listen(...(where as [string]), () => resolve(server)));
  };
  const tcp = await open('tcp', 0, '127.0.0.1');
  await open('unix', socketPath);
  chmodSync(socketPath, 0o666);
  const address = tcp.address();
  assert.ok(address !== null && typeof address === 'object');
  const untilBoth = (): Promise<void> => {
    return new Promise((resolve) => {
      const look = (): void => void (counted.tcp > 0 && counted.unix > 0 && resolve());
      waiting.push(look);
      look();
    });
  };
  return { port: address.port, counts: { all: () => counted.tcp + counted.unix, untilBoth } };
}
