import { fillForm } from './json-forms.ts';

/** One line of JSON: `schema` first, then the answer. What is not there is `null`, so that forms stay the same. */
export function toJson(schema: string, answer: object): string {
  const whole = { schema, ...fillForm(schema, answer) };
  return JSON.stringify(whole, (_, value: unknown) => (value === undefined ? null : value));
}
