/** One command of a script, without a shell's own syntax. */
export interface Command {
  readonly words: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** Exit codes besides 0 that are no failure: borg says 1 for a warning. */
  readonly accepted?: readonly number[];
}

/** The same command with its output in a file. */
export function intoFile(command: Command, file: string): Command {
  return { ...command, words: ['sh', '-c', 'file=$1; shift; exec "$@" > "$file"', 'sh', file, ...command.words] };
}

/** Commands run one after the other, as an administrator's nightly script runs them. */
export type Script = readonly Command[];

/** The text of a `sh -e` script: it stops at the first failure. */
export function writeScript(script: Script): string {
  return `set -e\n${script.map(writeCommand).join('\n')}\n`;
}

function writeCommand({ words, environment = {}, folder, accepted = [] }: Command): string {
  const settings = Object.entries(environment).map(([name, value]) => `${name}=${quote(value)}`);
  const command = [...settings, ...words.map(quote)].join(' ');
  const line = folder === undefined ? command : `cd ${quote(folder)} && ${command}`;
  return accepted.length === 0
    ? line
    : `${line} || ${accepted.map((code) => `[ $? -eq ${String(code)} ]`).join(' || ')}`;
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
