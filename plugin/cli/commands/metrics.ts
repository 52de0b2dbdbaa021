import type { Command, Session } from '../command.ts';

export const metricsCommand: Command = {
  name: 'metrics',
  usage: '[-o FILE]',
  arguments: { least: 0, most: 0 },
  options: ['output'],
  account: 'none',
  audience: 'administrator',
  run: async (given, session) => {
    const answer = await session.perform<'metrics'>({ kind: 'metrics' });
    const output = given.option('output');
    if (output !== undefined) await writeFile(session.absolutePath(output), answer.text, session);
    const lines = output === undefined ? answer.text.trimEnd().split('\n') : [];
    return { schema: 'larder/metrics/1', answer, exitCode: 0, lines, notes: [] };
  },
};

/** Node exporter reads the file at any moment: it is whole, or the one before. */
async function writeFile(file: string, text: string, { files }: Session): Promise<void> {
  const part = await files.openPart(file, 'metrics', false);
  try {
    await part.write(Buffer.from(text));
    await part.finish();
  } finally {
    await part.close();
  }
}
