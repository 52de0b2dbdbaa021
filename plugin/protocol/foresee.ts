/**
 * What a customer who types these words will ask for first, if that is sure. `larder complete` is what a shell types
 * when Tab is pressed.
 */
export function foreseeRequest(argv: readonly string[]): 'list' | 'status' | undefined {
  const [command] = argv;
  if (command === 'complete') return namesPoint(typedWords(argv)) ? 'list' : undefined;
  return argv.length === 1 && (command === 'list' || command === 'status') ? command : undefined;
}

/** Whether these words are answered without asking anybody: help, and Tab where a command or an option is typed. */
export function asksNobody(argv: readonly string[]): boolean {
  const [command = ''] = argv;
  if (command !== 'complete') return ['', '--help', '--version', 'completion', 'help', 'man'].includes(command);
  const typed = typedWords(argv);
  return typed.length < 2 || ['help', 'man'].includes(typed[0] ?? '') || isOption(typed.at(-1) ?? '');
}

/** What stands before the key that was pressed, the word that is being typed last. */
function typedWords([, ...typed]: readonly string[]): readonly string[] {
  return typed[0] === '--' ? typed.slice(1) : typed;
}

/** Whether the last of these words, which is still being typed, may be a restore point. */
function namesPoint(typed: readonly string[]): boolean {
  const [command = ''] = typed;
  const isFirstArgument = typed.length === 2 && ['browse', 'diff', 'tables'].includes(command);
  return typed.at(-2) === '--at' || (isFirstArgument && !isOption(typed.at(-1) ?? ''));
}

function isOption(word: string): boolean {
  return word.startsWith('-');
}
