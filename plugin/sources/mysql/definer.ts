/**
 * Definitions as `SHOW CREATE` prints them, with another definer or none. Only the beginning that the server itself
 * writes is read; what does not begin like that is left to the server, which then refuses a foreign definer.
 */

const name = '(?:`(?:[^`]|``)*`|"(?:[^"]|"")*"|[^\\s`"\'@]+)';
const definer = new RegExp(
  `^(CREATE )((?:OR REPLACE )?(?:ALGORITHM=(?:UNDEFINED|MERGE|TEMPTABLE) )?)DEFINER=${name}@${name} `,
);

const created = new RegExp(
  `^CREATE (?:OR REPLACE )?(?:ALGORITHM=(?:UNDEFINED|MERGE|TEMPTABLE) )?(?:DEFINER=${name}@${name} )?` +
    '(?:SQL SECURITY (?:DEFINER|INVOKER) )?(?:VIEW|(?:AGGREGATE )?FUNCTION|PROCEDURE|PACKAGE|TRIGGER|EVENT) ',
);

/** Whether it makes a view, routine, trigger or event, as the server writes it: nothing else is ever run in its place. */
export function isDefinition(sql: string): boolean {
  return created.test(sql);
}

/** The same definition with nobody as its definer: then it is whoever makes it. */
export function withoutDefiner(sql: string): string {
  return sql.replace(definer, '$1$2');
}

/** Whether it begins as the server writes it, naming this definer. @param account `user@host`. */
export function isDefinedBy(sql: string, account: string): boolean {
  const found = definer.exec(sql)?.[0];
  if (found === undefined) return false;
  const at = found.indexOf('DEFINER=');
  return unquote(found.slice(at + 'DEFINER='.length, -1)) === account;
}

function unquote(account: string): string {
  return account.replaceAll(/`((?:[^`]|``)*)`|"((?:[^"]|"")*)"/g, (_, ticks?: string, quotes?: string) => {
    return ticks?.replaceAll('``', '`') ?? quotes?.replaceAll('""', '"') ?? '';
  });
}

const status = /ON COMPLETION (?:NOT )?PRESERVE (ENABLE|DISABLE ON SLAVE|DISABLE)\b/;
const skipped = /`(?:[^`]|``)*`|"(?:[^"]|"")*"|'(?:[^'\\]|''|\\[^])*'/g;

/** An event that does not run until somebody enables it; undefined when it does not read as the server writes events. */
export function heldBack(sql: string): string | undefined {
  const blind = sql.replaceAll(skipped, (text) => ' '.repeat(text.length));
  const found = status.exec(blind);
  if (found?.[1] === undefined) return undefined;
  const start = found.index + found[0].length - found[1].length;
  return `${sql.slice(0, start)}DISABLE${sql.slice(start + found[1].length)}`;
}
