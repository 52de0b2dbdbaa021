import type { StoredDefinitions } from '../../domain/stored-database.ts';
import type { Layout } from './plan-layout.ts';
import type { ScriptItem } from './script-item.ts';

const routineKinds = { FUNCTION: 'function', PROCEDURE: 'procedure' } as const;
const viewKinds = new Set(['VIEW', 'MATERIALIZED VIEW']);
const plain = { definer: '', sqlMode: '', charset: 'UTF8', connectionCollation: '', databaseCollation: '' };

/** What people are told of beside tables. It is made by the files, not by this. */
export function definitionsOf({ before, tables, after }: Layout): StoredDefinitions {
  const items = [...before, ...tables.flatMap(({ head, foot }) => [...head, ...foot]), ...after];
  return {
    routines: items.flatMap((item) => {
      const kind = item.kind === 'FUNCTION' || item.kind === 'PROCEDURE' ? routineKinds[item.kind] : undefined;
      return kind === undefined ? [] : [{ ...nameAndText(item), ...plain, kind }];
    }),
    views: items
      .filter(({ kind }) => viewKinds.has(kind))
      .map((item) => ({ ...nameAndText(item), definer: '', charset: 'UTF8', connectionCollation: '', columns: [] })),
    triggers: items
      .filter(({ kind, table }) => kind === 'TRIGGER' && table !== undefined)
      .map((item) => ({ ...nameAndText(item), ...plain, table: item.table ?? '' })),
    events: [],
  };
}

function nameAndText({ name, sql }: ScriptItem): { name: string; sql: string } {
  return { name, sql: sql.trim() };
}
