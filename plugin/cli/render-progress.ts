import type { JobLine } from '../protocol/jobs.ts';
import type { Progress } from '../protocol/requests.ts';
import { cutToWidth } from './display-width.ts';
import { showWait } from './job-lines.ts';
import type { Page } from './page.ts';
import { showText } from './show-text.ts';

export type Advance = Extract<Progress, { kind: 'advance' }>;

/** How far everything is that runs now. */
export interface Standing {
  readonly active: readonly Advance[];
  readonly accountsDone: number;
  /** Whether many accounts run one after another: then nobody knows how much is left. */
  readonly isMany: boolean;
  /** The job that the work is, where there is a queue. */
  readonly job: JobLine | undefined;
  readonly bytesPerSecond: number | undefined;
}

/** One line, never wider than the terminal: who, how far, how fast, how long still. */
export function renderProgress(standing: Standing, page: Page): string {
  const parts = standing.isMany ? renderMany(standing, page) : renderOne(standing, page);
  return cutToWidth(parts.filter((part) => part !== '').join('  '), page.columns - 3);
}

function renderMany({ active, accountsDone, bytesPerSecond }: Standing, page: Page): string[] {
  const { texts } = page;
  const names = active.map(({ account }) => showText(account)).join(', ');
  const bytes = active.reduce((sum, advance) => sum + advance.bytes, 0);
  return [
    texts.say('progress.accountsDone', { count: accountsDone }),
    names,
    bytes === 0 ? '' : page.size(bytes),
    renderRate(bytesPerSecond, page),
  ];
}

function renderOne({ active, bytesPerSecond, job }: Standing, page: Page): string[] {
  const advance = active[0];
  if (advance === undefined) return job?.state === 'waiting' ? [showWait(job, page)] : [];
  const { texts } = page;
  const done = shareDone(advance);
  return [
    texts.say(`progress.step.${advance.step}`, { account: advance.account }),
    done === undefined ? '' : `${drawBar(done)} ${page.number(Math.floor(done * 100))}%`,
    advance.items === 0 ? '' : texts.say(`progress.items.${advance.step}`, { count: advance.items }),
    renderBytes(advance, page),
    renderRate(bytesPerSecond, page),
    renderTimeLeft(advance, bytesPerSecond, page),
  ];
}

function shareDone({ bytes, bytesTotal, items, itemsTotal }: Advance): number | undefined {
  if (bytesTotal !== undefined && bytesTotal > 0) return Math.min(1, bytes / bytesTotal);
  return itemsTotal !== undefined && itemsTotal > 0 ? Math.min(1, items / itemsTotal) : undefined;
}

const barCells = 16;

function drawBar(done: number): string {
  const full = Math.round(done * barCells);
  return `${'█'.repeat(full)}${'·'.repeat(barCells - full)}`;
}

function renderBytes({ bytes, bytesTotal }: Advance, page: Page): string {
  if (bytesTotal === undefined) return bytes === 0 ? '' : page.size(bytes);
  return page.texts.say('progress.bytesOf', { done: page.size(bytes), total: page.size(bytesTotal) });
}

function renderRate(bytesPerSecond: number | undefined, page: Page): string {
  return bytesPerSecond === undefined || bytesPerSecond === 0 ? '' : `${page.size(bytesPerSecond)}/s`;
}

function renderTimeLeft({ bytes, bytesTotal }: Advance, bytesPerSecond: number | undefined, page: Page): string {
  if (bytesTotal === undefined || bytesPerSecond === undefined || bytesPerSecond <= 0) return '';
  return page.texts.say('progress.left', { time: page.duration(Math.max(1, (bytesTotal - bytes) / bytesPerSecond)) });
}
