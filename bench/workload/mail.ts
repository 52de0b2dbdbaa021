import { incompressibleBytes } from './bytes.ts';
import { drawWord, writeProse } from './vocabulary.ts';
import type { Random } from './random.ts';

/** One message: headers, a text part and, one time in four, a base64 attachment of up to 150 KB. */
export function writeMessage(random: Random): Buffer {
  const boundary = `=_${random.below(0xffff_ffff).toString(16)}`;
  const parts = [writeHeaders(random, boundary), writeTextPart(random, boundary)];
  if (random.chance(0.25)) parts.push(writeAttachment(random, boundary));
  parts.push(`--${boundary}--\r\n`);
  return Buffer.from(parts.join(''), 'latin1');
}

function writeHeaders(random: Random, boundary: string): string {
  const sender = `${drawWord(random)}.${drawWord(random)}@${drawWord(random)}.example`;
  const identity = `${random.below(1e9).toString(36)}.${random.below(1e9).toString(36)}`;
  return [
    `Return-Path: <${sender}>`,
    `Received: from mx${String(random.below(20))}.example ([10.${String(random.below(255))}.0.7]) by host.example`,
    `Message-ID: <${identity}@${drawWord(random)}.example>`,
    `From: "${drawWord(random)} ${drawWord(random)}" <${sender}>`,
    `Subject: ${writeProse(random, 40)}`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '\r\n',
  ].join('\r\n');
}

function writeTextPart(random: Random, boundary: string): string {
  const text = writeProse(random, random.between(200, 6000)).replaceAll('. ', '.\r\n');
  return `--${boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n`;
}

function writeAttachment(random: Random, boundary: string): string {
  const bytes = incompressibleBytes(random.below(0xffff_ffff), random.between(10_000, 110_000));
  const lines = bytes.toString('base64').replaceAll(/.{76}/g, '$&\r\n');
  const head = `--${boundary}\r\nContent-Type: application/pdf; name="${drawWord(random)}.pdf"\r\n`;
  return `${head}Content-Transfer-Encoding: base64\r\n\r\n${lines}\r\n`;
}
