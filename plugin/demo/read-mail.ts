/** A mail that Larder wrote into a folder, as a reader sees it. */
export interface ReadMail {
  readonly to: string;
  readonly subject: string;
  readonly date: string;
  readonly text: string;
  readonly html: string;
}

/** Reads what Larder's own mails are made of (RFC 5322, 2045, 2047), and no more than that. */
export function readMail(content: string): ReadMail {
  const [head, body] = cutHead(content);
  const boundary = /boundary="?([^";]+)"?/i.exec(head.get('content-type') ?? '')?.[1];
  const parts = boundary === undefined ? [content] : body.split(`--${boundary}`).slice(1);
  const partOf = (type: string): string => {
    for (const part of parts) {
      const [fields, text] = cutHead(part.replace(/^\n/, ''));
      if (fields.get('content-type')?.startsWith(type) === true) return decodeBody(text, fields);
    }
    return '';
  };
  return {
    to: decodeWords(head.get('to') ?? ''),
    subject: decodeWords(head.get('subject') ?? ''),
    date: head.get('date') ?? '',
    text: partOf('text/plain'),
    html: partOf('text/html'),
  };
}

function cutHead(content: string): [ReadonlyMap<string, string>, string] {
  const text = content.replaceAll('\r\n', '\n');
  const end = text.indexOf('\n\n');
  const lines = text.slice(0, end < 0 ? undefined : end).replaceAll(/\n[ \t]+/g, ' ');
  const fields = lines.split('\n').map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return [new Map(fields), end < 0 ? '' : text.slice(end + 2)];
}

function decodeBody(text: string, fields: ReadonlyMap<string, string>): string {
  const encoding = fields.get('content-transfer-encoding')?.toLowerCase();
  if (encoding === 'base64') return Buffer.from(text, 'base64').toString();
  return encoding === 'quoted-printable' ? quotedBytes(text.replaceAll(/=\n/g, '')).toString() : text;
}

/** Words in their own alphabet; the space between two of them belongs to neither. */
function decodeWords(text: string): string {
  const joined = text.replaceAll(/\?=\s+=\?/g, '?==?');
  const bytes = joined.replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, word: string) => {
    const decoded = kind.toLowerCase() === 'b' ? Buffer.from(word, 'base64') : quotedBytes(word.replaceAll('_', ' '));
    return decoded.toString('latin1');
  });
  return bytes === joined ? text : Buffer.from(bytes, 'latin1').toString();
}

function quotedBytes(text: string): Buffer {
  const plain = Buffer.from(text).toString('latin1');
  const bytes = plain.replaceAll(/=([0-9A-F]{2})/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
  return Buffer.from(bytes, 'latin1');
}
