/** Answers are a stranger's: none is taken that is larger than can be meant, or that trickles in for ever. */
import { pipeline, Transform, type Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';

/** What says something, and is no object: a list of a thousand names is a tenth of it. */
const mostMessageBytes = 16 * 1024 * 1024;
/** On average over a window; two windows below are too slow. */
const leastBytesPerSecond = 1024;

/** @param windowMilliseconds over which the pace of an answer is measured. */
export function guardAnswers(client: S3Client, windowMilliseconds: number): void {
  client.middlewareStack.add(
    (next, context) => async (order) => {
      const result = await next(order);
      const answer = result.response as { statusCode?: number; body?: unknown } | undefined;
      if (answer === undefined || !isReadable(answer.body)) return result;
      watchPace(answer.body, windowMilliseconds);
      const isObject = context['commandName'] === 'GetObjectCommand' && (answer.statusCode ?? 0) < 300;
      if (!isObject) answer.body = limited(answer.body);
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'guardAnswers' },
  );
}

type Body = Readable & { readonly socket?: { readonly bytesRead: number } | null };

function isReadable(body: unknown): body is Body {
  return typeof body === 'object' && body !== null && 'pipe' in body && 'destroy' in body;
}

/** What reads it takes what has come at once: a pause is the other side's. */
function watchPace(body: Body, windowMilliseconds: number): void {
  const { socket } = body;
  if (socket === undefined || socket === null) return;
  const least = (leastBytesPerSecond * windowMilliseconds) / 1000;
  let before = socket.bytesRead;
  let slowWindows = 0;
  const timer = setInterval(() => {
    const now = socket.bytesRead;
    slowWindows = now - before < least ? slowWindows + 1 : 0;
    before = now;
    if (slowWindows >= 2) body.destroy(named('TooSlow'));
  }, windowMilliseconds);
  timer.unref();
  body.once('close', () => clearInterval(timer));
}

function limited(body: Readable): Readable {
  let left = mostMessageBytes;
  const limit = new Transform({
    transform(bytes: Buffer, _encoding, done) {
      left -= bytes.length;
      if (left < 0) done(named('AnswerTooLong'));
      else done(null, bytes);
    },
  });
  pipeline(body, limit, () => {}); // whoever reads it hears of what went wrong
  return limit;
}

/** By its name `s3Failure` tells what it is. */
export function named(name: string): Error {
  const error = new Error(name);
  error.name = name;
  return error;
}
