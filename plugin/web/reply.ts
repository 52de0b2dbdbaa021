/** What a page answers; `send-reply.ts` turns it into bytes. */
export type Reply =
  | { readonly kind: 'page'; readonly view: string; readonly data: ViewData; readonly status?: number | undefined }
  /** With 303: the browser asks for `to` by GET. A path of these pages, as `link` makes it. */
  | { readonly kind: 'redirect'; readonly to: string; readonly cookies?: readonly CookieChange[] | undefined }
  | { readonly kind: 'json'; readonly body: object }
  /** Server-sent events, until the promise resolves or the reader has gone. */
  | { readonly kind: 'events'; readonly run: (send: (event: object) => void, signal: AbortSignal) => Promise<void> }
  /** Bytes as they come, to be saved as `fileName` (or shown, when that is undefined). */
  | {
      readonly kind: 'bytes';
      readonly status?: number | undefined;
      readonly headers: { readonly [name: string]: string };
      readonly write: (sink: (bytes: Uint8Array) => Promise<void>, signal: AbortSignal) => Promise<void>;
    };

/** What a view gets beside the words that all views have. Names of files have gone through `showName`. */
export interface ViewData {
  readonly [name: string]: unknown;
}

/** `value` undefined: the browser shall forget it. */
export interface CookieChange {
  readonly name: CookieName;
  readonly value: string | undefined;
  readonly maxAgeSeconds?: number | undefined;
}

export type CookieName = 'session' | 'return' | 'language';

export function page(view: string, data: ViewData, status?: number): Reply {
  return { kind: 'page', view, data, status };
}

export function redirect(to: string, cookies?: readonly CookieChange[]): Reply {
  return { kind: 'redirect', to, cookies };
}
