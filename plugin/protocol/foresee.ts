/**
 * What a customer who types these words will ask for first, if that is sure. `larder complete` is what a shell types
 * when Tab is pressed.
 */
export function foreseeRequest(argv: readonly string[]): 'list' | 'status' | undefined {
  const [command, ...typed] = argv;
  if (command === 'complete') return namesPoint(typed[0] === '--' ? typed.slice(1) : typed) ? 'list' : undefined;
  return argv.length === 1 && (command === 'list' || command === 'status') ? command : undefined;
}

/** Whether the last of these words, which is still being typed, may be a restore point. */
function namesPoint(typed: readonly string[]): boolean {
  const [command = ''] = typed;
  const isFirstArgument = typed.length === 2 && ['browse', 'diff', 'tables'].includes(command);
  return typed.at(-2) === '--at' || (isFirstArgument && typed.at(-1)?.startsWith('-') === false);
}
