/** Names and values as SQL has them. Whatever a tenant chose goes through here. */

/** `"name"`. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteTable({ schema, name }: Relation): string {
  return `${quoteName(schema)}.${quoteName(name)}`;
}

/** A text that reads the same whatever a backslash means. */
export function quoteText(text: string): string {
  return ` E'${text.replaceAll('\\', String.raw`\\`).replaceAll("'", "''")}'`;
}

/** A table or the like, in its schema. */
export interface Relation {
  readonly schema: string;
  readonly name: string;
}

/**
 * How Larder calls a table: by its name where it is in the schema `public`, else `schema.name`. Where a dot or a quote
 * stands in one of the two, both are told and that one is quoted.
 */
export function nameOf({ schema, name }: Relation): string {
  if (schema === 'public' && !/[."]/.test(name)) return name;
  return `${partOf(schema)}.${partOf(name)}`;
}

function partOf(name: string): string {
  return /[."]/.test(name) ? quoteName(name) : name;
}

/** What `nameOf` made a name of; undefined where it never does. */
export function relationOf(text: string): Relation | undefined {
  const found = /^(?:("(?:[^"]|"")+"|[^."]+)\.)?("(?:[^"]|"")+"|[^."]+)$/.exec(text);
  if (found === null) return undefined;
  const [, schema, name = ''] = found;
  const relation = { schema: schema === undefined ? 'public' : plainOf(schema), name: plainOf(name) };
  return nameOf(relation) === text ? relation : undefined;
}

function plainOf(part: string): string {
  return part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part;
}
