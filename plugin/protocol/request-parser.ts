import { choice, shape, type FieldParser, type FieldParsers } from './request-fields.ts';
import type { Request } from './requests.ts';

export type RequestOf<Kind extends Request['kind']> = Extract<Request, { kind: Kind }>;

/** Reads a request of one kind, with these fields and no others. */
export function parserOf<Kind extends Exclude<Request['kind'], 'login'>>(
  kind: Kind,
  fields: FieldParsers<Omit<RequestOf<Kind>, 'kind'>>,
): FieldParser<RequestOf<Kind>> {
  const parse = shape<object>({ kind: choice(kind), ...fields });
  return (value, field) => parse(value, field) as RequestOf<Kind>;
}
