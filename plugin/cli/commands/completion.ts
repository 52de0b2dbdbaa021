import { Failure } from '../../domain/failure.ts';
import type { Command } from '../command.ts';
import { completionScripts } from '../completion-scripts.ts';

export const completionCommand: Command = {
  name: 'completion',
  usage: 'bash|zsh|fish',
  arguments: { least: 1, most: 1 },
  options: [],
  account: 'none',
  audience: 'everyone',
  run: async ({ arguments: [typed = ''] }, { page }) => {
    const shell = (['bash', 'zsh', 'fish'] as const).find((name) => name === typed);
    if (shell === undefined) {
      const hint = page.texts.say('usage.usage', { usage: 'larder completion bash|zsh|fish' });
      throw new Failure('invalid-input', { field: page.texts.say('field.argument'), text: typed, hint });
    }
    const script = completionScripts[shell];
    const lines = script.trimEnd().split('\n');
    return Promise.resolve({ schema: 'larder/completion/1', answer: { shell, script }, exitCode: 0, lines, notes: [] });
  },
};
