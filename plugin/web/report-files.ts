import type { Language } from '../domain/language.ts';
import type { ReportDocument } from '../domain/report-document.ts';
import type { ProofReport } from '../protocol/proof.ts';

/** A report in words, and as files: the very same that `larder report` writes. */
export interface ReportFiles {
  words(report: ProofReport, language: Language): ReportDocument;
  /** A PDF, drawn where it keeps nobody waiting. */
  pdf(report: ProofReport, language: Language): Promise<Uint8Array>;
  csv(report: ProofReport): string;
  json(report: ProofReport): string;
}
