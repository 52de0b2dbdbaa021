import type { SiteAsker } from '../contracts/site-asker.ts';
import { isFailure } from '../domain/failure.ts';
import { firstName, planSiteProbe, type LoadedForSites } from '../domain/plan-site-probe.ts';
import type { ProbeConfiguration } from '../domain/proof-configuration.ts';
import { showName } from '../domain/show-name.ts';
import { judgeAnswer, readCgiAnswer, renamedTo, type SiteName, type SiteVerdict } from '../domain/site-answer.ts';
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
  for (const site of sites) {
    if (!runnable.has(site)) results.push(site);
    else if (typeof asker === 'string') results.push({ ...site, probe: { ...notAsked, outcome: asker } });
    else {
      const tried = await tryOne(performing, ground, { asker, order }, site);
      results.push(tried.site);
      problems.push(...tried.problems);
    }
  }
  return { sites: results, problems };
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
): Promise<{ readonly site: DrilledSite; readonly problems: readonly DrillProblem[] }> {
  signal.throwIfAborted();
  const config = await readConfig(ground, site.path);
  const hindrance = planSiteProbe(config, loadedFor(order, asker));
  if (hindrance !== undefined) return { site: { ...site, probe: { ...notAsked, outcome: hindrance } }, problems: [] };
  const begun = services.clock.elapsedMilliseconds();
  const verdict = await askUntilNamed(asker, site.path, firstName(config, ground.account.domain));
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

const mostNames = 3;

/** A site that is called otherwise says so by sending there: then it is asked by that name. */
async function askUntilNamed(asker: SiteAsker, folder: string, first: SiteName): Promise<SiteVerdict> {
  let name = first;
  for (let times = 1; ; times += 1) {
    const asked = await asker.ask({ folder, name });
    const verdict = judgeAnswer(asked);
    const answer = readCgiAnswer(asked.output);
    const next = answer === undefined || verdict.outcome === 'failed' ? undefined : renamedTo(name, answer);
    if (next === undefined || times === mostNames) return verdict;
    name = next;
  }
}

function problemsOf({ path }: DrilledSite, verdict: SiteVerdict, { probe }: SitesOrder): DrillProblem[] {
  if (verdict.outcome === 'answered') return [];
  const { problem, detail } = verdict;
  const name = path === '' ? '.' : path;
  if (problem === 'site-silent') return [{ kind: problem, name, count: probe.seconds }];
  return [{ kind: problem, name, ...(detail === '' ? {} : { detail: showName(detail) }) }];
}
