import { parseAccountName, parseGeneration, type Generation } from './ids.ts';

/** Work for the whole server stands in the queue under this name, which no panel gives to an account. */
export const serverWork = { generation: parseGeneration('0'.repeat(32)), accountName: parseAccountName('_server') };

export function isServerWork(generation: Generation): boolean {
  return generation === serverWork.generation;
}
