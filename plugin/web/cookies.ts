import type { CookieChange, CookieName } from './reply.ts';

/** How cookies are named and limited here. */
export interface Cookies {
  read(header: string | undefined, name: CookieName): string | undefined;
  /** The value of a `Set-Cookie` header. */
  write(change: CookieChange): string;
}

/**
 * With HTTPS a cookie belongs to this host alone (`__Host-`), whatever a sibling subdomain sets. On a loopback port
 * there is no HTTPS.
 * @param path of the pages, such as `/`.
 */
export function openCookies(isSecure: boolean): Cookies {
  const fullName = (name: CookieName): string => `${isSecure ? '__Host-' : ''}larder-${name}`;
  return {
    read(header, name) {
      const start = `${fullName(name)}=`;
      const found = header?.split(';').map((pair) => pair.trim());
      return decode(found?.find((pair) => pair.startsWith(start))?.slice(start.length));
    },
    write({ name, value, maxAgeSeconds }) {
      const limits = ['Path=/', 'HttpOnly', ...(isSecure ? ['Secure'] : []), `SameSite=${sameSite[name]}`];
      const age = value === undefined ? 0 : maxAgeSeconds;
      if (age !== undefined) limits.push(`Max-Age=${age}`);
      return [`${fullName(name)}=${encodeURIComponent(value ?? '')}`, ...limits].join('; ');
    },
  };
}

const sameSite: { readonly [Name in CookieName]: 'Strict' | 'Lax' } = {
  session: 'Strict',
  return: 'Strict',
  language: 'Lax',
};

function decode(value: string | undefined): string | undefined {
  try {
    return value === undefined || value === '' ? undefined : decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
