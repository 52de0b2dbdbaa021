import type { Formats } from '../../domain/formats.ts';
import type { ReportDocument, ReportSection } from '../../domain/report-document.ts';
import type { AccountProof, ProofReport } from '../../protocol/proof.ts';
import { cutPage } from '../paging.ts';
import { presentStorage, type StorageChart } from './storage-chart.ts';

/** A report as its page shows it: the words are those of the PDF, with pictures beside them. */
export interface ReportPage {
  readonly subtitle: string;
  readonly footer: string;
  readonly tiles: ReportDocument['tiles'];
  readonly todo: ReportSection | undefined;
  /** Whether there is anything to do. */
  readonly isGood: boolean;
  /** The first so many paragraphs are things to do. */
  readonly todoCount: number;
  readonly copies: { readonly heading: string; readonly rules: readonly RuleBar[] };
  readonly storage: { readonly section: ReportSection | undefined; readonly charts: readonly StorageChart[] };
  readonly accounts: ReportSection | undefined;
  /** Of the table of accounts, from 1 on. */
  readonly page: number;
  readonly pages: number;
  readonly count: number;
}

/** How many accounts keep a rule. */
interface RuleBar {
  readonly text: string;
  readonly yes: number;
  readonly unknown: number;
  readonly all: number;
}

const rules = ['threeCopies', 'twoMechanisms', 'oneOffsite', 'twoIndependent', 'oneImmutable'] as const;

export function presentReport(
  report: ProofReport,
  words: ReportDocument,
  options: { readonly page: number; readonly perPage: number; readonly formats: Formats },
): ReportPage {
  const find = (key: ReportSection['key']) => words.sections.find((section) => section.key === key);
  const accounts = find('accounts');
  const { shown, ...paged } = cutPage(accounts?.table?.rows ?? [], options.page, options.perPage);
  const copies = find('copies');
  return {
    subtitle: words.subtitle,
    footer: words.footer,
    tiles: words.tiles,
    todo: find('todo'),
    isGood: report.recommendations.length === 0,
    todoCount: Math.max(1, report.recommendations.length),
    copies: {
      heading: copies?.heading ?? '',
      rules: rules.map((rule, place) => toBar(report.accounts, rule, copies?.paragraphs[place] ?? '')),
    },
    storage: { section: find('storage'), charts: report.storage.map((one) => presentStorage(one, options.formats)) },
    accounts: withRows(accounts, shown),
    ...paged,
    count: report.accounts.length,
  };
}

function toBar(accounts: readonly AccountProof[], rule: (typeof rules)[number], text: string): RuleBar {
  const those = (answer: AccountProof['rules']['oneOffsite']): number =>
    accounts.filter((account) => account.rules[rule] === answer).length;
  return { text, yes: those('yes'), unknown: those('unknown'), all: Math.max(1, accounts.length) };
}

/** The same with these rows alone in its table. */
function withRows(section: ReportSection | undefined, rows: NonNullable<ReportSection['table']>['rows']) {
  const table = section?.table;
  return section === undefined || table === undefined ? section : { ...section, table: { ...table, rows } };
}
