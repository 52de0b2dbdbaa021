/** What of a request is looked at before anything else is. */
export interface Asked {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  readonly contentType: string | undefined;
}

/** Why a request is turned away; `undefined` lets it in. */
export type Refusal = 'method' | 'host' | 'cross-site' | 'content-type' | undefined;

const safe = ['GET', 'HEAD'];

/**
 * Whether a request may come in at all. What changes something must come from a page of this very origin: another
 * tenant's site may be a sibling subdomain, so `same-site` is no recommendation. Host is compared because login links,
 * redirects and the origin of forms all mean this one.
 * @param origins the pages' own; more than one on a loopback port.
 */
export function refuse(asked: Asked, origins: readonly string[]): Refusal {
  const { method, host, origin, fetchSite, contentType } = asked;
  if (![...safe, 'POST'].includes(method)) return 'method';
  const own = origins.find((known) => hostOf(known) === host?.toLowerCase());
  if (own === undefined) return 'host';
  if (safe.includes(method)) return undefined;
  if (origin !== own || (fetchSite ?? 'same-origin') !== 'same-origin') return 'cross-site';
  return isForm(contentType) ? undefined : 'content-type';
}

function isForm(contentType: string | undefined): boolean {
  return contentType?.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';
}

function hostOf(origin: string): string {
  return new URL(origin).host;
}
