import type { NodeType } from '../domain/tree-node.ts';
import type { PathBytes, PointLine } from './requests.ts';

/** One entry at a restore point or now, with what of its contents can be shown. */
export interface LookReport {
  readonly account: string;
  /** Undefined: the live home. */
  readonly point: PointLine | undefined;
  readonly path: PathBytes;
  readonly type: NodeType;
  readonly sizeBytes: number;
  readonly modified: string;
  readonly content: LookContent;
}

/** What was found by looking at the bytes; the name of the file says nothing. */
export type LookContent =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** False: only the beginning. */
      readonly isWhole: boolean;
      /** False: not UTF-8, and some characters could not be read. */
      readonly isExact: boolean;
    }
  | {
      readonly kind: 'image';
      readonly mediaType: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
      readonly width: number;
      readonly height: number;
      /** Base64 of the whole file. */
      readonly bytes: string;
    }
  | { readonly kind: 'hidden'; readonly reason: 'no-file' | 'binary' | 'image-too-large' };
