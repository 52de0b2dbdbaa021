/** Every option there is. A command names those it takes; the global ones go with all. */
export const optionTable = {
  account: { type: 'string' },
  json: { type: 'boolean' },
  'no-input': { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  'no-color': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  label: { type: 'string', short: 'm' },
  at: { type: 'string' },
  to: { type: 'string' },
  'dry-run': { type: 'boolean' },
  'read-data': { type: 'boolean' },
  prune: { type: 'boolean' },
  'no-wait': { type: 'boolean' },
  only: { type: 'string' },
  changed: { type: 'string' },
  delete: { type: 'boolean' },
  output: { type: 'string', short: 'o' },
  continue: { type: 'boolean' },
  keep: { type: 'string' },
  every: { type: 'string' },
  staff: { type: 'string' },
  admin: { type: 'string' },
  ticket: { type: 'string' },
  reason: { type: 'string' },
  verify: { type: 'boolean' },
  simulate: { type: 'string' },
  days: { type: 'string' },
  from: { type: 'string' },
  preset: { type: 'string' },
  hourly: { type: 'string' },
  daily: { type: 'string' },
  weekly: { type: 'string' },
  monthly: { type: 'string' },
  yearly: { type: 'string' },
  'month-ends': { type: 'string' },
  'year-ends': { type: 'string' },
  last: { type: 'string' },
  within: { type: 'string' },
  'drop-after': { type: 'string' },
  full: { type: 'boolean' },
} as const;

export type OptionName = keyof typeof optionTable;

/** Options that go with every command, before or after it. */
export const globalOptions: readonly OptionName[] = [
  'account',
  'json',
  'no-input',
  'yes',
  'no-color',
  'help',
  'version',
];

export function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(optionTable, name);
}
