/** Which addresses may be written for a place: what nobody can have meant is refused, also when an administrator wrote it. */
import { refuseKey, type Section } from './settings/section.ts';

const example = 'write it as "https://s3.example.com"';
/** Where other services listen, to whom a request would be a message. */
const portsOfOthers: ReadonlySet<string> = new Set(
  '21 22 23 25 53 110 111 119 135 139 143 389 445 465 514 587 636 993 995 3306 5432 6379 11211 27017'.split(' '),
);
/** Where clouds tell their machines secrets, by name. */
const metadataNames: ReadonlySet<string> = new Set(['metadata', 'metadata.google.internal', 'instance-data']);

/**
 * `https://HOST` or `https://HOST:PORT` and nothing else; `http:` for this machine itself. @returns it as it was written,
 * which is how programs read it too. @throws {Failure} `configuration-invalid`.
 */
export function checkEndpoint(section: Section, text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:\/\/[^/@?#\\\s]+\/?$/i.test(text) || url.pathname !== '/')
    return refuseKey(section, 'endpoint', '`endpoint` is no address of a server', example);
  refuseOddSpelling(section, text, url);
  refuseHost(section, 'endpoint', url.hostname);
  if (url.protocol === 'http:' && !isThisMachine(url.hostname))
    refuseKey(section, 'endpoint', 'what travels to `endpoint` could be read and changed', 'write https://');
  if (portsOfOthers.has(url.port))
    refuseKey(section, 'endpoint', `no storage listens on port ${url.port}, another service does`, example);
  return url.origin;
}

/** A name, or an address as it is usually written. @throws {Failure} `configuration-invalid`. */
export function checkHost(section: Section, host: string): string {
  const shown = host.includes(':') ? `[${host}]` : host;
  const read = URL.parse(`http://${shown}`)?.hostname;
  if (read === shown.toLowerCase()) {
    refuseHost(section, 'host', read);
    return host;
  }
  const hint = read === undefined ? 'such as "backup.example.com"' : `write "${read.replaceAll(/[[\]]/g, '')}"`;
  return refuseKey(section, 'host', `"${host}" is an odd spelling`, hint);
}

/** `2130706433`, `0x7f.1` and letters of other alphabets that look like ours are read as something else than people see. */
function refuseOddSpelling(section: Section, text: string, url: URL): void {
  const port = url.protocol === 'https:' ? ':443' : ':80';
  const written = text.toLowerCase().replace(/\/$/, '');
  if (written === url.origin || written === url.origin + (url.port === '' ? port : '')) {
    if (!url.hostname.endsWith('.')) return;
    refuseKey(section, 'endpoint', '`endpoint` ends with a dot', `write "${url.origin.replace(/\.(?=$|:\d+$)/, '')}"`);
  }
  refuseKey(section, 'endpoint', '`endpoint` is an odd spelling', `write "${url.origin}", if that is what you mean`);
}

function refuseHost(section: Section, key: string, hostname: string): void {
  if (!isNobody(hostname)) return;
  refuseKey(section, key, `no storage can be at "${hostname}"`, 'name the host that the provider gave you');
}

/** Everywhere, this link only, many at once, or where a cloud's machines are told their secrets. */
function isNobody(host: string): boolean {
  if (host.startsWith('[')) return /^\[(::|::ffff:.*|64:ff9b:.*|fe[89ab].*|ff.*|fd00:ec2::254)\]$/.test(host);
  if (/^(0|169\.254|22[4-9]|2[3-5]\d)\.|^(100\.100\.100\.200|192\.0\.0\.192)$/.test(host)) return isAddress(host);
  return metadataNames.has(host);
}

function isAddress(host: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(host);
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
