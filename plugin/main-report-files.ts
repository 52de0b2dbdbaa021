/** Opens what reports on pages are made with: the words, the tables and the PDF of the command line. */
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { toJson } from './cli/json.ts';
import { createMoments } from './cli/moments.ts';
import { createPage, type Page } from './cli/page.ts';
import { toCsv } from './cli/report-csv.ts';
import { toReportDocument } from './cli/report-document.ts';
import { openTexts } from './cli/texts.ts';
import type { Language } from './domain/language.ts';
import { systemClock } from './platform/clock.ts';
import { readLocalTime } from './platform/local-time.ts';
import type { ReportFiles } from './web/report-files.ts';

/** The PDF of many accounts takes seconds of work: a thread does it, and pages go on. */
export function openReportFiles(): ReportFiles {
  const pages = new Map<Language, Page>();
  const pageIn = (language: Language): Page => {
    const page = pages.get(language) ?? openPage(language);
    pages.set(language, page);
    return page;
  };
  return {
    words: (report, language) => toReportDocument(report, pageIn(language)),
    pdf: async (report, language) => {
      const workerData = toReportDocument(report, pageIn(language));
      const worker = new Worker(new URL('./main-report-thread.ts', import.meta.url), { workerData });
      const [bytes] = (await once(worker, 'message')) as [Uint8Array];
      return bytes;
    },
    csv: toCsv,
    json: (report) => `${toJson('larder/report/1', report)}\n`,
  };
}

function openPage(language: Language): Page {
  const texts = openTexts(language, (of, page) => readJson(`../locales/${of}/${page}.json`));
  const moments = createMoments(texts, () => systemClock.now(), readLocalTime);
  return createPage({ texts, moments, columns: 80, hasColour: false, hasUtf8: true });
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}
