import { performance } from 'node:perf_hooks';

/** Somebody's browser, as far as a server sees it: a cookie, forms of one's own, and pages by their addresses. */
export interface Visitor {
  /** @returns milliseconds until the whole page was there. @throws {Error} for any other status than 200. */
  page(path: string): Promise<number>;
  /** Sends a form and does not follow where it leads. @returns milliseconds. @throws {Error} unless it leads somewhere else than back. */
  form(path: string, fields: Readonly<Record<string, string>>): Promise<number>;
  /** What a first visit to a page loads. */
  weigh(path: string): Promise<Weight>;
}

/** A connection for each: one that is kept may be closed at the moment at which it is used again. */
const alone = { connection: 'close' };

/** Opens a login link. @param url of the pages. */
export async function openVisitor(url: string, link: string): Promise<Visitor> {
  const secret = link.split('#t=')[1] ?? '';
  const answer = await send(url, '/login', { secret }, '');
  const cookie = /larder-session=[^;]+/.exec(answer.headers.get('set-cookie') ?? '')?.[0] ?? '';
  const first = await (await fetch(`${url}/restore`, { headers: { ...alone, cookie } })).text();
  const token = /name="token" value="([^"]+)"/.exec(first)?.[1] ?? '';
  return {
    async page(path) {
      const startedAt = performance.now();
      const { status, text } = await fetch(url + path, {
        headers: { ...alone, cookie, 'accept-encoding': 'gzip' },
      }).then(async (response) => ({ status: response.status, text: await response.text() }));
      const milliseconds = performance.now() - startedAt;
      if (status !== 200) throw new Error(`${path} answered ${String(status)}: ${text.slice(0, 200)}`);
      return milliseconds;
    },
    async form(path, fields) {
      const startedAt = performance.now();
      const { status, headers } = await send(url, path, { ...fields, token }, cookie);
      const milliseconds = performance.now() - startedAt;
      const place = headers.get('location') ?? '';
      if (status !== 303 || /[?&]said=/.test(place)) throw new Error(`${path} answered ${String(status)} ${place}`);
      return milliseconds;
    },
    weigh: (path) => weigh(url, path, cookie),
  };
}

function send(url: string, path: string, fields: Readonly<Record<string, string>>, cookie: string): Promise<Response> {
  const headers = { ...alone, origin: url, 'sec-fetch-site': 'same-origin', cookie };
  return fetch(url + path, { method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(fields) });
}

export interface Weight {
  /** Of the page with all that it loads, as they come compressed. */
  readonly bytes: number;
  readonly scriptBytes: number;
  readonly requests: number;
  readonly elements: number;
  /** Style sheets and scripts before which nothing is drawn. */
  readonly blocking: number;
}

async function weigh(url: string, path: string, cookie: string): Promise<Weight> {
  const load = (address: string) => loadAs(address, cookie);
  const page = await load(url + path);
  const styles = addresses(page.text, /<link rel="stylesheet" href="([^"]+)"/g);
  const scripts = addresses(page.text, /<script type="module" src="([^"]+)"/g);
  const icons = [...new Set(addresses(page.text, /<use href="([^"#]+)#/g))];
  const sizes = async (paths: readonly string[]) =>
    (await Promise.all(paths.map((one) => load(url + one)))).reduce((sum, { bytes }) => sum + bytes, 0);
  const scriptBytes = await sizes(scripts);
  return {
    bytes: page.bytes + scriptBytes + (await sizes([...styles, ...icons])),
    scriptBytes,
    requests: 1 + styles.length + scripts.length + icons.length,
    elements: page.text.match(/<[a-z]/g)?.length ?? 0,
    blocking: styles.length + addresses(page.text, /<script (?!type="module")[^>]*src="([^"]+)"/g).length,
  };
}

function addresses(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, address]) => address ?? []);
}

/** As it comes over the wire: a body that was unpacked tells its length in a header. */
async function loadAs(address: string, cookie: string): Promise<{ bytes: number; text: string }> {
  const response = await fetch(address, { headers: { ...alone, 'accept-encoding': 'gzip', cookie } });
  const text = await response.text();
  const told = Number(response.headers.get('content-length'));
  return { bytes: told > 0 ? told : Buffer.byteLength(text), text };
}
