import type { ReportDocument, ReportSection, ReportTile } from '../domain/report-document.ts';
import type { AccountProof, ProofReport, Recommendation } from '../protocol/proof.ts';
import type { Page } from './page.ts';

/** What a report says, in the language of the page. */
export function toReportDocument(report: ProofReport, page: Page): ReportDocument {
  const { texts } = page;
  return {
    title: texts.say('report.title'),
    subtitle: texts.say('report.period', { from: page.at(report.from), to: page.at(report.to) }),
    tiles: makeTiles(report, page),
    sections: [
      recommend(report, page),
      tellCopies(report, page),
      tellStorage(report, page),
      tellAccounts(report, page),
    ],
    footer: texts.say('report.made', { at: page.at(report.madeAt), server: report.server.slice(0, 8) }),
  };
}

const goodShare = 0.995;
const fairShare = 0.95;

function makeTiles(report: ProofReport, page: Page): ReportTile[] {
  const { texts } = page;
  const { drills, runs, alerts } = report;
  const share = (value: number): Pick<ReportTile, 'value' | 'tone'> => {
    return { value: page.percent(value), tone: value >= goodShare ? 'good' : value >= fairShare ? 'warning' : 'bad' };
  };
  const proven = report.accounts.filter(({ lastDrill }) => lastDrill === 'passed').length;
  const all = report.accounts.length;
  return [
    { label: texts.say('report.tile.adherence'), ...share(report.adherence) },
    { label: texts.say('report.tile.success'), ...share(runs.successRate) },
    {
      label: texts.say('report.tile.proven'),
      value: `${page.number(proven)} / ${page.number(all)}`,
      tone: proven === all ? 'good' : 'warning',
    },
    {
      label: texts.say('report.tile.drills'),
      value: `${page.number(drills.passed)} / ${page.number(drills.done)}`,
      tone: toneOfDrills(drills),
    },
    {
      label: texts.say('report.tile.alerts'),
      value: page.number(alerts.open),
      tone: alerts.open === 0 ? 'good' : 'bad',
    },
  ];
}

function toneOfDrills({ done, passed, filesOnly }: ProofReport['drills']): ReportTile['tone'] {
  if (passed + filesOnly < done) return 'bad';
  return filesOnly > 0 ? 'warning' : 'good';
}

function recommend({ recommendations, drills }: ProofReport, page: Page): ReportSection {
  const { texts } = page;
  const lines = recommendations.map((one) => describeRecommendation(one, page));
  const times =
    drills.medianSeconds === undefined
      ? []
      : [
          texts.say('report.drillTimes', {
            median: page.duration(drills.medianSeconds),
            slowest: page.duration(drills.slowestSeconds ?? 0),
            within: page.number(drills.withinRto),
            done: page.number(drills.ended),
          }),
        ];
  const paragraphs = lines.length === 0 ? [texts.say('report.allGood')] : lines;
  return { key: 'todo', heading: texts.say('report.todo'), paragraphs: [...paragraphs, ...times], table: undefined };
}

function describeRecommendation({ kind, count, names }: Recommendation, { texts }: Page): string {
  const more = count > names.length ? ' …' : '';
  return texts.say(`report.recommend.${kind}`, { count, names: `${names.join(', ')}${more}` });
}

const ruleNames = ['threeCopies', 'twoMechanisms', 'oneOffsite', 'twoIndependent', 'oneImmutable'] as const;

/** How many accounts keep each rule, by the judgement of the inventory. */
function tellCopies({ accounts }: ProofReport, page: Page): ReportSection {
  const { texts } = page;
  const paragraphs = ruleNames.map((name) => {
    const done = accounts.filter(({ rules }) => rules[name] === 'yes').length;
    const unknown = accounts.filter(({ rules }) => rules[name] === 'unknown').length;
    return texts.say(unknown === 0 ? 'report.copiesOf' : 'report.copiesUnknown', {
      done: page.number(done),
      all: page.number(accounts.length),
      unknown: page.number(unknown),
      rule: texts.say(`report.rule.${name}`),
    });
  });
  return { key: 'copies', heading: texts.say('report.copies'), paragraphs, table: undefined };
}

function tellStorage({ storage, cost }: ProofReport, page: Page): ReportSection {
  const { texts } = page;
  const column = (key: string, share: number, side: 'left' | 'right' = 'right') => {
    return { title: texts.say(`report.column.${key}`), side, share };
  };
  const columns = [
    column('destination', 3, 'left'),
    column('stored', 2),
    column('free', 2),
    column('growth', 2),
    column('daysLeft', 2),
  ];
  const rows = storage.map(({ destination, bytesStored, bytesFree, growthPerDay, daysLeft }) => [
    destination,
    page.size(bytesStored),
    bytesFree === undefined ? '–' : page.size(bytesFree),
    page.size(Math.max(0, growthPerDay)),
    daysLeft === undefined ? '–' : page.number(Math.floor(daysLeft)),
  ]);
  const price = cost && { amount: page.money(cost.perMonth, cost.currency) };
  const paragraphs = rows.length === 0 ? [texts.say('report.storageUnknown')] : [];
  return {
    key: 'storage',
    heading: texts.say('report.storage'),
    paragraphs: price === undefined ? paragraphs : [...paragraphs, texts.say('report.cost', price)],
    table: rows.length === 0 ? undefined : { columns, rows },
  };
}

function tellAccounts({ accounts }: ProofReport, page: Page): ReportSection {
  const { texts } = page;
  const column = (key: string, share: number, side: 'left' | 'right' = 'left') => {
    return { title: texts.say(`report.column.${key}`), side, share };
  };
  return {
    key: 'accounts',
    heading: texts.say('report.accounts'),
    paragraphs: [texts.say('report.order')],
    table: {
      columns: [
        column('account', 3),
        column('tier', 2),
        column('lastGood', 4.6),
        column('runs', 2.7, 'right'),
        column('size', 2, 'right'),
        column('growth', 2, 'right'),
        column('proven', 3),
        column('drill', 2, 'right'),
      ],
      rows: accounts.map((account) => toRow(account, page)),
    },
  };
}

function toRow(account: AccountProof, page: Page): string[] {
  const { texts } = page;
  const failed = account.failedRuns === 0 ? '' : ` (${page.number(account.failedRuns)} ×)`;
  const isWorse = account.damagedPoints > 0 || account.lastDrill === 'failed';
  return [
    account.account,
    account.tier,
    account.lastGoodAt === undefined
      ? texts.say('accounts.never')
      : `${page.at(account.lastGoodAt)}${account.isWithinRpo ? '' : ' !'}`,
    `${page.number(account.runs)}${failed}`,
    page.size(account.bytes),
    account.growthBytes < 0 ? `–${page.size(-account.growthBytes)}` : page.size(account.growthBytes),
    `${tellProven(account, page)}${isWorse ? ' !' : ''}`,
    account.drillSeconds === undefined ? '–' : page.duration(account.drillSeconds),
  ];
}

/** When everything was; where only files were meanwhile, since when. */
function tellProven({ provenAt, filesProvenAt }: AccountProof, page: Page): string {
  if (filesProvenAt !== undefined) return page.texts.say('report.filesOnly', { day: page.day(filesProvenAt) });
  return provenAt === undefined ? '–' : page.day(provenAt);
}
