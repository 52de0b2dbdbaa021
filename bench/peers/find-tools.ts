import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createBorg } from './borg.ts';
import { createLarder, larderProgram } from './larder.ts';
import { createRestic } from './restic.ts';
import { createTar } from './tar.ts';
import { obtainNewestRestic } from './newest-restic.ts';
import type { MissingTool, Tool, ToolName } from './tool.ts';

export interface FoundTools {
  readonly tools: readonly Tool[];
  readonly missing: readonly MissingTool[];
}

/** In the order they take their turns. */
export const toolNames: readonly ToolName[] = ['larder', 'restic', 'restic-newest', 'borg', 'tar'];

/** Finds out which of `names` can be run here, and their versions. */
export async function findTools(names: readonly ToolName[]): Promise<FoundTools> {
  const tools: Tool[] = [];
  const missing: MissingTool[] = [];
  for (const name of names) {
    try {
      tools.push(await findTool(name));
    } catch (error) {
      missing.push({ name, reason: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) });
    }
  }
  return { tools, missing };
}

async function findTool(name: ToolName): Promise<Tool> {
  switch (name) {
    case 'larder':
      return createLarder(await askVersion(larderProgram, '--version'));
    case 'restic':
      return createRestic('restic', 'restic', await askVersion('restic', 'version'));
    case 'restic-newest': {
      const program = await obtainNewestRestic();
      return createRestic('restic-newest', program, await askVersion(program, 'version'));
    }
    case 'borg':
      return createBorg(await askVersion('borg', '--version'));
    case 'tar':
      return createTar(`${await askVersion('tar', '--version')}, zstd ${await askVersion('zstd', '--version')}`);
  }
}

/** The first number with dots that the program says of itself. */
async function askVersion(program: string, word: string): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [word]);
  return /\d+\.[\d.]+/.exec(stdout)?.[0] ?? stdout.trim();
}
