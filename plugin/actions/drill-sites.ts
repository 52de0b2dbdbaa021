import type { SiteAsker } from '../contracts/site-asker.ts';
import { isFailure } from '../domain/failure.ts';
import { firstName, planSiteProbe, type LoadedForSites } from '../domain/plan-site-probe.ts';
import type { ProbeConfiguration } from '../domain/proof-configuration.ts';
import { showName } from '../domain/show-name.ts';
import {
  judgeAnswer,
  readCgiAnswer,
  scriptsFor,
  sentTo,
  type SiteAddress,
  type SiteVerdict,
} from '../domain/site-answer.ts';
import { mayAskMore, type AskedUntilNow } from '../domain/site-budget.ts';
import { readWpConfig, wpConfigBytes, type WpConfig } from '../domain/wp-config.ts';
import { isFile } from '../engine/find-sites.ts';
import { findNode } from '../engine/home-tree.ts';
import { readBeginning } from '../engine/read-beginning.ts';
import type { DrilledDatabase, DrilledSite, DrillProblem } from '../protocol/proof.ts';
import type { KeptServer } from './drill-databases.ts';
import type { DrillGround } from './drill-ground.ts';
import type { Performing } from './services.ts';

export interface SitesOrder {
  readonly probe: ProbeConfiguration;
  /** That were found by what lies in them. */
  readonly sites: readonly DrilledSite[];
  readonly databases: readonly DrilledDatabase[];
  readonly kept: KeptServer | undefined;
}

export interface DrilledSites {
  readonly sites: readonly DrilledSite[];
  readonly problems: readonly DrillProblem[];
}

/**
 * Asks each restored site for its front page, with the databases that were loaded.
 * @throws {Failure} `cancelled`.
 */
export async function drillSites(
  performing: Performing,
  ground: DrillGround,
  order: SitesOrder,
): Promise<DrilledSites> {
  const { probe, kept } = order;
  const { services, signal } = performing;
  const { sandbox, account } = ground;
  const sites = [...order.sites, ...(await namedSites(ground, order))];
  const runnable = new Set<DrilledSite>();
  for (const site of sites) if (await isRunnable(ground, site)) runnable.add(site);
  if (runnable.size === 0) return { sites, problems: [] };
  const place = { sandbox, home: account.home, socket: kept?.server.socket };
  const asker = await services.openSiteAsker({ ...place, php: probe.php, seconds: probe.seconds }, signal);
  const results: DrilledSite[] = [];
  const problems: DrillProblem[] = [];
  let until: AskedUntilNow = { sites: 0, silent: 0, milliseconds: 0 };
  for (const site of sites) {
    if (!runnable.has(site)) results.push(site);
    else if (typeof asker === 'string') results.push({ ...site, probe: { ...notAsked, outcome: asker } });
    else if (!mayAskMore(until)) results.push({ ...site, probe: { ...notAsked, outcome: 'too-many' } });
    else {
      const tried = await tryOne(performing, ground, { asker, order }, site);
      results.push(tried.site);
      problems.push(...tried.problems);
      until = countIn(until, tried);
    }
  }
  return { sites: results, problems };
}

interface Tried {
  readonly site: DrilledSite;
  readonly problems: readonly DrillProblem[];
}

function countIn(until: AskedUntilNow, { site: { probe }, problems }: Tried): AskedUntilNow {
  const wasAsked = probe?.status !== undefined || probe?.outcome === 'failed';
  return {
    sites: until.sites + Number(wasAsked),
    silent: until.silent + Number(problems.some(({ kind }) => kind === 'site-silent')),
    milliseconds: until.milliseconds + (probe?.seconds ?? 0) * 1000,
  };
}

const notAsked = { status: undefined, seconds: 0 };

/** Those that the administrator names, where they are in this restore point. */
async function namedSites({ reader, home }: DrillGround, { probe, sites }: SitesOrder): Promise<DrilledSite[]> {
  const found: DrilledSite[] = [];
  for (const path of probe.folders.filter((folder) => sites.every((site) => site.path !== folder))) {
    if (await isFile(reader, home, below(path, 'index.php'))) found.push({ path, missing: [] });
  }
  return found;
}

/** A site that lacks something is told of already. */
async function isRunnable({ reader, home }: DrillGround, { path, missing }: DrilledSite): Promise<boolean> {
  return missing.length === 0 && (await isFile(reader, home, below(path, 'index.php')));
}

function below(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

interface Asking {
  readonly asker: SiteAsker;
  readonly order: SitesOrder;
}

async function tryOne(
  { services, signal }: Performing,
  ground: DrillGround,
  { asker, order }: Asking,
  site: DrilledSite,
): Promise<Tried> {
  signal.throwIfAborted();
  const config = await readConfig(ground, site.path);
  const hindrance = planSiteProbe(config, loadedFor(order, asker));
  if (hindrance !== undefined) return { site: { ...site, probe: { ...notAsked, outcome: hindrance } }, problems: [] };
  const begun = services.clock.elapsedMilliseconds();
  const verdict = await askUntilPage(ground, asker, site.path, {
    name: firstName(config, ground.account.domain),
    path: '/',
  });
  const seconds = (services.clock.elapsedMilliseconds() - begun) / 1000;
  const { outcome, status } = verdict;
  return { site: { ...site, probe: { outcome, status, seconds } }, problems: problemsOf(site, verdict, order) };
}

function loadedFor({ databases, kept }: SitesOrder, { extensions }: SiteAsker): LoadedForSites {
  return { databases, hasServer: kept !== undefined, users: kept?.users ?? new Set(), extensions };
}

/** Out of the restore point: what lies in the sandbox may be a link to anything. */
async function readConfig({ reader, home }: DrillGround, folder: string): Promise<WpConfig | undefined> {
  const path = below(folder, 'wp-config.php').split('/');
  try {
    const node = await findNode(
      reader,
      home,
      path.map((part) => Buffer.from(part)),
    );
    if (node.type !== 'file') return undefined;
    return readWpConfig((await readBeginning(reader, node, wpConfigBytes)).toString());
  } catch (error) {
    if (isFailure(error, 'not-found') || isFailure(error, 'repository-damaged')) return undefined;
    throw error;
  }
}

const mostAddresses = 4;

/** A site that is called otherwise, or has its front page elsewhere, says so by sending there: then it is asked there. */
async function askUntilPage(
  ground: DrillGround,
  asker: SiteAsker,
  folder: string,
  first: SiteAddress,
): Promise<SiteVerdict> {
  let address = first;
  for (let times = 1; ; times += 1) {
    const script = await findScript(ground, folder, address);
    const asked = await asker.ask({ folder, address, script });
    const answer = readCgiAnswer(asked.output);
    const verdict = judgeAnswer(asked, answer);
    const next = answer === undefined || verdict.outcome !== 'redirected' ? undefined : sentTo(address, answer);
    if (next === undefined || times === mostAddresses) return verdict;
    address = next;
  }
}

/** As web servers do it for WordPress: the file that is there, else the first page's. */
async function findScript({ reader, home }: DrillGround, folder: string, { path }: SiteAddress): Promise<string> {
  for (const script of scriptsFor(path)) if (await isFile(reader, home, below(folder, script))) return script;
  return 'index.php';
}

function problemsOf({ path }: DrilledSite, verdict: SiteVerdict, { probe }: SitesOrder): DrillProblem[] {
  if (verdict.outcome !== 'failed') return [];
  const { problem, detail } = verdict;
  const name = path === '' ? '.' : path;
  if (problem === 'site-silent') return [{ kind: problem, name, count: probe.seconds }];
  return [{ kind: problem, name, ...(detail === '' ? {} : { detail: showName(detail) }) }];
}
