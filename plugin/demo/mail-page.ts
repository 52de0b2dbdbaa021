import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { readMail, type ReadMail } from './read-mail.ts';

/** The mails of the demo, which go into a folder, as a page: its address is known to who started the demo. */
export interface MailPage {
  readonly url: string;
  close(): void;
}

const style = `:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}body{margin:0;padding:1.5rem 1rem}
main{max-width:44rem;margin:auto}h1{font-size:1.5rem}details{border-top:1px solid #8884}summary{padding:.75rem 0;cursor:pointer}
small{display:block;opacity:.75}iframe{width:100%;height:34rem;border:1px solid #8884;border-radius:.5rem;background:#fff}`;
const styleHash = createHash('sha256').update(style).digest('base64');
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; frame-src 'self'; base-uri 'none'; form-action 'none'`;
/** Mails have their styles in their elements, as mail programs want them. Nothing in them runs. */
const permitted = 'allow-popups allow-top-navigation-by-user-activation';
const mailPolicy = `default-src 'none'; style-src 'unsafe-inline'; sandbox ${permitted}`;
const namePattern = /^[\w-]+\.eml$/;
const mostShown = 100;

/** @param title of the page, and its words when there is none yet. */
export async function serveMailPage(
  folder: string,
  port: number,
  words: { readonly title: string; readonly none: string },
): Promise<MailPage> {
  const secret = randomBytes(16).toString('base64url');
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (request.method !== 'GET' || !path.startsWith(`/${secret}/`))
      return answer(response, { status: 404, type: 'text/plain' });
    const name = path.slice(secret.length + 2);
    if (name === '') return answer(response, { body: listPage(folder, words) });
    if (!namePattern.test(name) || !existsSync(join(folder, name)))
      return answer(response, { status: 404, type: 'text/plain' });
    const { html } = readMail(readFileSync(join(folder, name), 'utf8'));
    return answer(response, { body: html.replaceAll(/<a /g, '<a target="_top" '), rules: mailPolicy });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${port}/${secret}/`, close: () => server.close().closeAllConnections() };
}

interface Page {
  readonly status?: number;
  readonly type?: string;
  readonly body?: string;
  readonly rules?: string;
}

function answer(response: ServerResponse, { status = 200, type = 'text/html', body = '', rules = policy }: Page): void {
  response.writeHead(status, {
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Security-Policy': rules,
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
  });
  response.end(body);
}

function listPage(folder: string, { title, none }: { readonly title: string; readonly none: string }): string {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => namePattern.test(name)) : [];
  const mails = names
    .toSorted()
    .toReversed()
    .slice(0, mostShown)
    .map((name): [string, ReadMail] => [name, readMail(readFileSync(join(folder, name), 'utf8'))]);
  const rows = mails.map(
    ([name, mail]) =>
      `<details><summary><strong>${escape(mail.subject)}</strong><small>${escape(mail.to)} · ${escape(mail.date)}</small></summary>` +
      `<iframe sandbox="${permitted}" loading="lazy" title="${escape(mail.subject)}" src="${escape(name)}"></iframe></details>`,
  );
  return `<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(title)}</title><style>${style}</style></head><body><main><h1>${escape(title)}</h1>${rows.join('') || `<p>${escape(none)}</p>`}</main></body></html>`;
}

function escape(text: string): string {
  const entities: { readonly [sign: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;' };
  return text.replaceAll(/[&<>"]/g, (sign) => entities[sign] ?? '');
}
