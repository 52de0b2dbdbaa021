import type { Formats } from '../../domain/formats.ts';
import type { OwnBackupLine } from '../../protocol/own.ts';
import type { KeptPointLine } from '../../protocol/schedules.ts';
import { untilOf } from './kept.ts';

/** A backup of the customer's own, in words. */
export interface OwnBackup {
  readonly id: string;
  readonly name: string | undefined;
  readonly when: string;
  readonly size: string | undefined;
  readonly stays:
    | { readonly word: 'pinned' }
    | { readonly word: 'goes' | 'until'; readonly when: string }
    | { readonly word: 'unknown' };
}

/** The newest first. @param kept says until when each stays. */
export function presentOwn(
  backups: readonly OwnBackupLine[],
  kept: readonly KeptPointLine[],
  formats: Formats,
): OwnBackup[] {
  return backups.toReversed().map((backup) => ({
    id: backup.id,
    name: backup.label,
    when: formats.date(backup.time, 'shortTime'),
    size: backup.bytes === undefined ? undefined : formats.bytes(backup.bytes),
    stays: staysOf(backup, kept, formats),
  }));
}

function staysOf(backup: OwnBackupLine, kept: readonly KeptPointLine[], formats: Formats): OwnBackup['stays'] {
  if (backup.deletesAt !== undefined) return { word: 'goes', when: formats.date(backup.deletesAt, 'shortTime') };
  if (backup.isPinned) return { word: 'pinned' };
  const line = kept.find(({ id }) => id === backup.id);
  const when = line === undefined ? undefined : untilOf(line, formats);
  return when === undefined ? { word: 'unknown' } : { word: 'until', when };
}
