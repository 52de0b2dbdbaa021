import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { isIrreducible, polynomialDegree, randomPolynomial } from '../../../plugin/engine/polynomial.ts';

test('small polynomials are told apart as division by every smaller one does', () => {
  for (let polynomial = 2n; polynomial < 1n << 11n; polynomial++) {
    assert.equal(isIrreducible(polynomial), hasNoDivisor(polynomial), polynomial.toString(2));
  }
});

test('of each degree there are as many as the formula of Gauss says', () => {
  // OEIS A001037: irreducible polynomials over GF(2) of degree n.
  const counts = [2, 1, 2, 3, 6, 9, 18, 30, 56, 99, 186];
  counts.forEach((count, index) => {
    const first = 1n << BigInt(index + 1);
    let found = 0;
    for (let polynomial = first; polynomial < 2n * first; polynomial++) if (isIrreducible(polynomial)) found++;
    assert.equal(found, count, `degree ${index + 1}`);
  });
});

test("the polynomial of restic's own tests is irreducible, and its product with another is not", () => {
  assert.ok(isIrreducible(0x3da3358b4dc173n)); // restic/chunker, chunker_test.go
  assert.ok(!isIrreducible(multiply(0x3da3358b4dc173n >> 26n, 0b111n)));
});

/** Rabin's test, which the code under test does not use: x^(2^53) = x, and 53 is prime. */
test('a random one has degree 53 and passes the test of Rabin', () => {
  for (let round = 0; round < 5; round++) {
    const polynomial = randomPolynomial(() => randomBytes(8).readBigUInt64LE());
    assert.equal(polynomial >> BigInt(polynomialDegree), 1n);
    let power = 2n;
    for (let step = 0; step < polynomialDegree; step++) power = remainder(multiply(power, power), polynomial);
    assert.equal(power, 2n);
    assert.ok((polynomial & 1n) === 1n, 'x does not divide it');
    assert.ok(bitCount(polynomial) % 2 === 1, 'x + 1 does not divide it');
  }
});

function hasNoDivisor(polynomial: bigint): boolean {
  for (let divisor = 2n; divisor < polynomial; divisor++) {
    if (remainder(polynomial, divisor) === 0n) return false;
  }
  return true;
}

function multiply(left: bigint, right: bigint): bigint {
  let product = 0n;
  for (let bit = 0n; right >> bit > 0n; bit++) if ((right >> bit) & 1n) product ^= left << bit;
  return product;
}

function remainder(dividend: bigint, divisor: bigint): bigint {
  const degree = (value: bigint): number => value.toString(2).length;
  let rest = dividend;
  while (rest !== 0n && degree(rest) >= degree(divisor)) rest ^= divisor << BigInt(degree(rest) - degree(divisor));
  return rest;
}

const bitCount = (value: bigint): number => value.toString(2).replaceAll('0', '').length;
