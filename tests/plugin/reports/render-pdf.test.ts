import assert from 'node:assert/strict';
import test from 'node:test';
import { inflateSync } from 'node:zlib';
import type { ReportDocument } from '../../../plugin/domain/report-document.ts';
import { renderPdf } from '../../../plugin/reports/render-pdf.ts';

const report = (rows: number): ReportDocument => ({
  title: 'Αντίγραφα ασφαλείας',
  subtitle: 'Νοέμβριος',
  tiles: [{ label: 'επιτυχία', value: '99,5%', tone: 'good' }],
  sections: [
    {
      key: 'accounts',
      heading: 'Λογαριασμοί',
      paragraphs: ['Όλα είναι όπως υποσχεθήκαμε.'],
      table: {
        columns: [{ title: 'Λογαριασμός', side: 'left', share: 1 }],
        rows: Array.from({ length: rows }, (_, row) => [`μαρία${row}`]),
      },
    },
  ],
  footer: 'Larder',
});

test('a PDF carries its own Noto Sans, so that Greek can be read on every machine', async () => {
  const pdf = Buffer.from(await renderPdf(report(3))).toString('latin1');
  assert.ok(pdf.startsWith('%PDF-'));
  assert.match(pdf, /\/BaseFont \/[A-Z]{6}\+NotoSans-Regular/);
  assert.match(pdf, /\/FontFile2/);
  assert.doesNotMatch(pdf, /Helvetica/);
});

test('every letter of a Greek report is in the font', async () => {
  const pdf = Buffer.from(await renderPdf(report(3)));
  const mapped = streamsOf(pdf).filter((text) => text.includes('beginbfrange') || text.includes('beginbfchar'));
  assert.ok(
    mapped.some((text) => text.includes('03b1') || text.includes('<03b1>')),
    'α is mapped',
  );
});

test('a long table goes on over pages', async () => {
  const pages = (pdf: Uint8Array) =>
    Buffer.from(pdf)
      .toString('latin1')
      .match(/\/Type \/Page\b/g)?.length ?? 0;
  assert.equal(pages(await renderPdf(report(3))), 1);
  assert.ok(pages(await renderPdf(report(200))) > 3);
});

/** What the streams of a PDF hold, where they are deflated text. */
function streamsOf(pdf: Buffer): string[] {
  const texts: string[] = [];
  for (let at = pdf.indexOf('stream\n'); at >= 0; at = pdf.indexOf('stream\n', at + 7)) {
    try {
      texts.push(inflateSync(pdf.subarray(at + 7)).toString('latin1'));
    } catch {
      continue; // the word stands elsewhere, or it is no deflated stream
    }
  }
  return texts;
}
