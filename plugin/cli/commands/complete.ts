import { findCandidates, type Candidate, type LoadCommands } from '../candidates.ts';
import type { Command, Session } from '../command.ts';
import { readTypedWords } from '../completion-words.ts';

/**
 * What shells ask while somebody types: every word after `larder`, the last one unfinished. One candidate on each line,
 * and after a tab what it is. Whatever goes wrong, nothing is offered, and nothing said.
 */
export function createCompleteCommand(loadCommands: LoadCommands): Command {
  return {
    name: 'complete',
    usage: '[-- WORD…]',
    arguments: { least: 0, most: Infinity },
    options: [],
    account: 'none',
    audience: 'programs',
    run: async (given, session) => {
      const candidates = await tryToFind(given.arguments, session, loadCommands);
      const lines = candidates.map(({ word, about }) => (about === '' ? word : `${word}\t${about}`));
      return { schema: 'larder/complete/1', answer: { candidates }, exitCode: 0, lines, notes: [] };
    },
  };
}

async function tryToFind(typed: readonly string[], session: Session, loadCommands: LoadCommands): Promise<Candidate[]> {
  try {
    return await findCandidates(readTypedWords(typed), session, loadCommands);
  } catch {
    return [];
  }
}
