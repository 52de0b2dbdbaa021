import type { DumpPosition } from '../../domain/stored-database.ts';

/** The position in the server's log that a dump's first comments tell; undefined where they tell none. */
export function readPosition(comments: readonly string[]): DumpPosition | undefined {
  const gtid = firstMatch(comments, /^-- SET GLOBAL gtid_slave_pos='([\d,-]*)';$/)?.[1];
  const [, file, offset] =
    firstMatch(comments, /^-- CHANGE MASTER TO MASTER_LOG_FILE='([^']+)', MASTER_LOG_POS=(\d+);$/) ?? [];
  if (gtid === undefined && file === undefined) return undefined;
  const binlog = file === undefined ? undefined : { file, offset: Number(offset) };
  return { gtid: gtid === '' ? undefined : gtid, binlog, lsn: undefined };
}

function firstMatch(lines: readonly string[], pattern: RegExp): RegExpExecArray | undefined {
  for (const line of lines) {
    const found = pattern.exec(line);
    if (found !== null) return found;
  }
  return undefined;
}
