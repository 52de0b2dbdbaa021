import type { Given } from './command.ts';
import type { OptionName } from './options.ts';

/** What an option names, as the field of a request; nothing where it was not typed. */
export function namedBy<Field extends string>(
  given: Given,
  option: OptionName,
  field: Field,
): { readonly [Name in Field]?: string } {
  const text = given.option(option);
  return text === undefined ? {} : ({ [field]: text } as { readonly [Name in Field]?: string });
}
