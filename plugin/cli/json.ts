/** One line of JSON: `schema` first, then the answer. What is not there is `null`, so that forms stay the same. */
export function toJson(schema: string, answer: object): string {
  return JSON.stringify({ schema, ...answer }, (_, value: unknown) => (value === undefined ? null : value));
}
