/** Something that happens in a home. Folders come with the first file in them. */
export type HomeChange = WriteFile | MakeLink | RemoveFile;

export interface WriteFile {
  readonly kind: 'write';
  /** Below the home. */
  readonly path: string;
  readonly content: Buffer;
  readonly mode: number;
  /** When it happens, which is the time the file then has. */
  readonly at: Date;
}

export interface MakeLink {
  readonly kind: 'link';
  readonly path: string;
  readonly target: string;
  readonly at: Date;
}

export interface RemoveFile {
  readonly kind: 'remove';
  readonly path: string;
  readonly at: Date;
}

export function writeFile(path: string, content: Buffer | string, at: Date, mode = 0o644): WriteFile {
  return { kind: 'write', path, content: typeof content === 'string' ? Buffer.from(content) : content, mode, at };
}

/** Where the site lies in the home. */
export const siteFolder = 'public_html';
export const uploadsFolder = `${siteFolder}/wp-content/uploads`;
