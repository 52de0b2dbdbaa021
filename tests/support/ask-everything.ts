/**
 * Asks the socket named for everything there is, about an account, and prints what became of each as one JSON object.
 *
 *   node tests/support/ask-everything.ts SOCKET ACCOUNT
 */
import fc from 'fast-check';
import { isFailure } from '../../plugin/domain/failure.ts';
import { connectSocket } from '../../plugin/platform/connect-socket.ts';
import { connectPerformer } from '../../plugin/protocol/client.ts';
import type { Request } from '../../plugin/protocol/requests.ts';
import { anyRequest } from './any-request.ts';

const [path = '', account = ''] = process.argv.slice(2);
const { performer, hello, close } = await connectPerformer(() => connectSocket(path));
const outcomes: { [kind: string]: unknown } = {};
const arbitraries: { readonly [kind: string]: fc.Arbitrary<Request> } = anyRequest(account);
for (const [kind, requests] of Object.entries(arbitraries)) {
  const samples = fc.sample(requests, { numRuns: 20, seed: 1 });
  const request = samples.find((sample) => JSON.stringify(sample).includes(`"account":"${account}"`)) ?? samples[0];
  if (request !== undefined) outcomes[kind] = await ask(request);
}
close();
process.stdout.write(JSON.stringify({ hello, outcomes }));

async function ask(request: Request): Promise<unknown> {
  try {
    return { answer: await performer.perform(request, () => {}, new AbortController().signal) };
  } catch (error) {
    if (isFailure(error)) return { code: error.code, facts: error.facts };
    throw error;
  }
}
