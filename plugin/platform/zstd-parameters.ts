import type { CompressionEffort } from '../contracts/codec.ts';

interface ZstdParameter {
  readonly parameter: number;
  readonly value: number;
}

/**
 * How blobs are compressed. Quick: zstd's fast strategy with a larger table and longer matches than its levels choose,
 * measured on hosting accounts to take a third less time than level 3 for 1.5 % more bytes. Dense: the strategy of level 3
 * with matches as long, measured on dumps (docs/decisions/0006). Numbers of the parameters: zstd.h, `ZSTD_cParameter`.
 */
export const zstdParameters: { readonly [Effort in CompressionEffort]: readonly ZstdParameter[] } = {
  quick: [
    { parameter: 100, value: 3 }, // compressionLevel: what is not said below
    { parameter: 107, value: 1 }, // strategy: ZSTD_fast
    { parameter: 102, value: 16 }, // hashLog; zstd makes the table smaller for small blobs
    { parameter: 105, value: 6 }, // minMatch
  ],
  dense: [
    { parameter: 100, value: 3 },
    { parameter: 107, value: 2 }, // ZSTD_dfast
    { parameter: 102, value: 17 },
    { parameter: 103, value: 17 }, // chainLog
    { parameter: 105, value: 6 },
  ],
};
