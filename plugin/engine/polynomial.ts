/**
 * restic refuses a repository whose chunker polynomial is not irreducible over GF(2) with degree 53, even if
 * nobody chunks with it. A polynomial is a BigInt: bit n is the coefficient of x^n.
 */
export const polynomialDegree = 53;

/** @param random64 gives a fresh random number of 64 bits at each call. */
export function randomPolynomial(random64: () => bigint): bigint {
  const top = 1n << BigInt(polynomialDegree);
  for (;;) {
    const candidate = (random64() & (top - 1n)) | top | 1n;
    if (isIrreducible(candidate)) return candidate;
  }
}

/** Ben-Or: no irreducible factor of degree up to half of its own. */
export function isIrreducible(polynomial: bigint): boolean {
  const half = degree(polynomial) / 2;
  let power = 2n; // x^(2^i) modulo the polynomial
  for (let index = 1; index <= half; index++) {
    power = squareModulo(power, polynomial);
    if (degree(greatestCommonDivisor(polynomial, power ^ 2n)) > 0) return false;
  }
  return true;
}

function degree(polynomial: bigint): number {
  return polynomial === 0n ? -1 : polynomial.toString(2).length - 1;
}

function remainder(dividend: bigint, divisor: bigint): bigint {
  const divisorDegree = degree(divisor);
  let rest = dividend;
  for (let shift = degree(rest) - divisorDegree; shift >= 0; shift = degree(rest) - divisorDegree) {
    rest ^= divisor << BigInt(shift);
  }
  return rest;
}

function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  return right === 0n ? left : greatestCommonDivisor(right, remainder(left, right));
}

function squareModulo(value: bigint, modulus: bigint): bigint {
  let square = 0n;
  for (let bit = degree(value); bit >= 0; bit--) {
    if ((value >> BigInt(bit)) & 1n) square |= 1n << BigInt(2 * bit);
  }
  return remainder(square, modulus);
}
