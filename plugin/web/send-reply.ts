import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, Response } from 'express';
import type { Cookies } from './cookies.ts';
import type { RenderPage } from './render-page.ts';
import type { Reply } from './reply.ts';
import type { Visit } from './visit.ts';

export interface Sending {
  readonly request: Request;
  readonly response: Response;
  readonly visit: Visit;
  readonly token: string;
}

export interface SendTools {
  readonly render: RenderPage;
  readonly cookies: Cookies;
}

const compress = promisify(gzip);
const heartbeatMilliseconds = 15_000;

/** Turns what a page answered into bytes. Resolves when all of them are given to the system, or the reader has gone. */
export async function sendReply(reply: Reply, sending: Sending, tools: SendTools): Promise<void> {
  switch (reply.kind) {
    case 'page': {
      const { visit, token, request } = sending;
      const html = await tools.render(reply.view, reply.data, { visit, token, here: request.originalUrl });
      sending.response.status(reply.status ?? 200).setHeader('Content-Type', 'text/html; charset=utf-8');
      return sendText(html, sending);
    }
    case 'redirect':
      for (const change of reply.cookies ?? []) sending.response.append('Set-Cookie', tools.cookies.write(change));
      sending.response.redirect(303, reply.to);
      return undefined;
    case 'json':
      sending.response.setHeader('Content-Type', 'application/json; charset=utf-8');
      return sendText(JSON.stringify(reply.body), sending);
    case 'events':
      return sendEvents(reply.run, sending);
    case 'bytes':
      return sendBytes(reply, sending);
  }
}

async function sendText(text: string, { request, response }: Sending): Promise<void> {
  response.setHeader('Vary', 'Accept-Encoding');
  const takesGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const bytes = Buffer.from(text);
  if (!takesGzip || bytes.length < 1000) return void response.end(bytes);
  const small = await compress(bytes, { level: 5 });
  response.setHeader('Content-Encoding', 'gzip').end(small);
}

/** Begins with padding and an unasked buffer's header, for proxies that wait until they have enough. */
async function sendEvents(run: Extract<Reply, { kind: 'events' }>['run'], { response, visit }: Sending): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
  response.write(`:${' '.repeat(2048)}\n\nretry: 3000\n\n`);
  const heartbeat = setInterval(() => response.write(':\n\n'), heartbeatMilliseconds);
  try {
    await run((event) => response.write(`data: ${JSON.stringify(event)}\n\n`), visit.signal);
  } finally {
    clearInterval(heartbeat);
    response.end();
  }
}

async function sendBytes(
  { status, headers, write }: Extract<Reply, { kind: 'bytes' }>,
  { response, visit }: Sending,
): Promise<void> {
  const sink = (bytes: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      if (!response.headersSent) response.writeHead(status ?? 200, headers);
      response.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  try {
    await write(sink, visit.signal);
    if (!response.headersSent) response.writeHead(status ?? 200, headers);
    response.end();
  } catch (error) {
    if (!response.headersSent) throw error;
    response.destroy(); // a download that is cut off must not look whole
  }
}
