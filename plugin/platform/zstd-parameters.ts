/**
 * How blobs are compressed: zstd's fast strategy with a larger table and longer matches than its levels choose. Measured
 * on hosting accounts it takes a third less time than level 3 and gives 1.5 % more bytes (docs/decisions/0006).
 * Numbers of the parameters: zstd.h, `ZSTD_cParameter`.
 */
export const zstdParameters = [
  { parameter: 100, value: 3 }, // compressionLevel: what is not said below
  { parameter: 107, value: 1 }, // strategy: ZSTD_fast
  { parameter: 102, value: 16 }, // hashLog; zstd makes the table smaller for small blobs
  { parameter: 105, value: 6 }, // minMatch
] as const;
