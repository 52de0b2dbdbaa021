/** Draws a report as an A4 PDF: pages that look alike, Noto Sans for every script it may be in. */
import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';
import type { ReportDocument, ReportSection, ReportTable, ReportTile } from '../domain/report-document.ts';

const margin = 48;
const inks = { text: '#1f2430', soft: '#667085', line: '#d9dde5', fill: '#f5f6f9', brand: '#2f5d50' } as const;
const tones = { good: '#1a7f4b', warning: '#a15c00', bad: '#b42318', plain: '#1f2430' } as const;
const fonts = {
  plain: import.meta.resolve('@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf'),
  bold: import.meta.resolve('@expo-google-fonts/noto-sans/600SemiBold/NotoSans_600SemiBold.ttf'),
} as const;

type Pdf = InstanceType<typeof PDFDocument>;

/** @returns the whole file. */
export function renderPdf(document: ReportDocument): Promise<Uint8Array> {
  const pdf = openPdf(document);
  const parts: Buffer[] = [];
  const done = new Promise<Uint8Array>((resolve, reject) => {
    pdf.on('data', (part: Buffer) => parts.push(part));
    pdf.on('end', () => resolve(Buffer.concat(parts)));
    pdf.on('error', reject);
  });
  drawHead(pdf, document);
  drawTiles(pdf, document.tiles);
  for (const section of document.sections) drawSection(pdf, section);
  drawFooters(pdf, document.footer);
  pdf.end();
  return done;
}

function openPdf({ title }: ReportDocument): Pdf {
  const pdf = new PDFDocument({ size: 'A4', margin, bufferPages: true, info: { Title: title, Creator: 'Larder' } });
  for (const [name, url] of Object.entries(fonts)) pdf.registerFont(name, fileURLToPath(url));
  return pdf;
}

const widthOf = (pdf: Pdf): number => pdf.page.width - 2 * margin;

function drawHead(pdf: Pdf, { title, subtitle }: ReportDocument): void {
  pdf.rect(0, 0, pdf.page.width, 6).fill(inks.brand);
  pdf.font('bold').fontSize(20).fillColor(inks.text).text(title, margin, margin);
  pdf.font('plain').fontSize(10).fillColor(inks.soft).text(subtitle, { paragraphGap: 14 });
}

const tileGap = 8;
const tileHeight = 74;

function drawTiles(pdf: Pdf, tiles: readonly ReportTile[]): void {
  const width = (widthOf(pdf) - tileGap * (tiles.length - 1)) / tiles.length;
  const top = pdf.y;
  for (const [place, { label, value, tone }] of tiles.entries()) {
    const left = margin + place * (width + tileGap);
    pdf.roundedRect(left, top, width, tileHeight, 5).fill(inks.fill);
    pdf.font('bold').fontSize(17).fillColor(tones[tone]);
    pdf.text(value, left + 9, top + 9, { width: width - 14, lineBreak: false });
    pdf.font('plain').fontSize(7.5).fillColor(inks.soft);
    pdf.text(label, left + 9, top + 36, { width: width - 14, height: tileHeight - 38, ellipsis: true });
  }
  pdf.x = margin;
  pdf.y = top + tileHeight + 10;
}

function drawSection(pdf: Pdf, { heading, paragraphs, table }: ReportSection): void {
  keepTogether(pdf, 70);
  pdf.moveDown(0.6).font('bold').fontSize(13).fillColor(inks.text).text(heading, margin, pdf.y, { paragraphGap: 4 });
  for (const paragraph of paragraphs) {
    pdf
      .font('plain')
      .fontSize(9.5)
      .fillColor(inks.text)
      .text(paragraph, { width: widthOf(pdf), paragraphGap: 4 });
  }
  if (table !== undefined && table.rows.length > 0) drawTable(pdf, table);
}

const cell = { across: 5, down: 4.5 } as const;

function drawTable(pdf: Pdf, table: ReportTable): void {
  pdf.y += 4;
  drawTitles(pdf, table);
  for (const [place, row] of table.rows.entries()) {
    pdf.font('plain').fontSize(8.5);
    const height = heightOf(pdf, table, row);
    if (pdf.y + height > bottomOf(pdf)) {
      pdf.addPage();
      drawTitles(pdf, table);
    }
    if (place % 2 === 1) pdf.rect(margin, pdf.y, widthOf(pdf), height).fill(inks.fill);
    drawRow(pdf, table, row, { font: 'plain', ink: inks.text, height });
  }
  pdf.x = margin;
}

function drawTitles(pdf: Pdf, table: ReportTable): void {
  pdf.font('bold').fontSize(8.5);
  const titles = table.columns.map(({ title }) => title);
  drawRow(pdf, table, titles, { font: 'bold', ink: inks.soft, height: heightOf(pdf, table, titles) });
  pdf
    .moveTo(margin, pdf.y)
    .lineTo(margin + widthOf(pdf), pdf.y)
    .lineWidth(0.7)
    .strokeColor(inks.line)
    .stroke();
}

interface RowLook {
  readonly font: keyof typeof fonts;
  readonly ink: string;
  readonly height: number;
}

function drawRow(pdf: Pdf, table: ReportTable, row: readonly string[], { font, ink, height }: RowLook): void {
  const top = pdf.y;
  let left = margin;
  for (const [place, { side }] of table.columns.entries()) {
    const width = columnWidth(pdf, table, place);
    pdf.font(font).fontSize(8.5).fillColor(ink);
    pdf.text(row[place] ?? '', left + cell.across, top + cell.down, { width: width - 2 * cell.across, align: side });
    left += width;
  }
  pdf.x = margin;
  pdf.y = top + height;
}

function heightOf(pdf: Pdf, table: ReportTable, row: readonly string[]): number {
  const heights = row.map((text, place) => {
    return pdf.heightOfString(text, { width: columnWidth(pdf, table, place) - 2 * cell.across });
  });
  return Math.max(...heights) + 2 * cell.down;
}

function columnWidth(pdf: Pdf, { columns }: ReportTable, place: number): number {
  const shares = columns.reduce((sum, { share }) => sum + share, 0);
  return (widthOf(pdf) * (columns[place]?.share ?? 0)) / shares;
}

const bottomOf = (pdf: Pdf): number => pdf.page.height - margin - 12;

function keepTogether(pdf: Pdf, height: number): void {
  if (pdf.y + height > bottomOf(pdf)) pdf.addPage();
}

/** Only now is it known how many pages there are. */
function drawFooters(pdf: Pdf, footer: string): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    pdf.switchToPage(page);
    pdf.page.margins.bottom = 0; // text below the margin would begin a new page
    const top = pdf.page.height - 32;
    pdf.font('plain').fontSize(7.5).fillColor(inks.soft);
    pdf.text(footer, margin, top, { width: widthOf(pdf) - 60, lineBreak: false });
    const number = `${page - start + 1} / ${count}`;
    pdf.text(number, margin, top, { width: widthOf(pdf), align: 'right', lineBreak: false });
  }
}
