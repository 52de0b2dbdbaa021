/** Where the command line begins. It loads everything else. */
import type * as Main from './main-command.ts';

// `require` reads file after file at once; for `import` threads would read them, which takes as long again.
const { createRequire } = process.getBuiltinModule('node:module');
const { runCommand } = createRequire(import.meta.url)('./main-command.ts') as typeof Main;

const isDone = await runCommand();
// To clear up before the end takes Node longer than many a command.
if (isDone && import.meta.main) process.exit();
