/** A thread that draws one report as a PDF. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ReportDocument } from './domain/report-document.ts';
import { renderPdf } from './reports/render-pdf.ts';

parentPort?.postMessage(await renderPdf(workerData as ReportDocument));
