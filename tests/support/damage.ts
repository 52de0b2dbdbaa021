import assert from 'node:assert/strict';
import { chmodSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { CheckFinding } from '../../plugin/engine/check-findings.ts';
import { FullIndex } from '../../plugin/engine/full-index.ts';
import { PackContents } from '../../plugin/engine/pack-contents.ts';
import { makeSite, type BackupSite } from './backup-site.ts';
import { keepDays } from './maintenance.ts';

export interface PackFile {
  readonly id: string;
  readonly file: string;
  readonly type: 'data' | 'tree';
  readonly size: number;
}

export async function siteOfDays(t: TestContext, days = 3): Promise<BackupSite> {
  const site = await makeSite(t);
  await keepDays(site, days);
  return site;
}

/** Largest first. */
export async function packsOf(site: BackupSite, type: 'data' | 'tree'): Promise<PackFile[]> {
  const full = await FullIndex.load(await site.open());
  const contents = new PackContents(full);
  const packs = full.index.packs.map((id, number): PackFile => {
    const file = path.join(site.location, 'data', id.slice(0, 2), id);
    return { id, file, type: contents.blobs(number)[0]?.type ?? 'data', size: statSync(file).size };
  });
  return packs.filter((pack) => pack.type === type).toSorted((left, right) => right.size - left.size);
}

export async function largestPack(site: BackupSite, type: 'data' | 'tree'): Promise<PackFile> {
  const [pack] = await packsOf(site, type);
  assert.ok(pack !== undefined);
  return pack;
}

export function change(file: string, edit: (bytes: Buffer) => Buffer): void {
  chmodSync(file, 0o600);
  writeFileSync(file, edit(readFileSync(file)));
}

export function flipBit(at: number): (bytes: Buffer) => Buffer {
  return (bytes) => {
    const place = at < 0 ? bytes.length + at : at;
    bytes[place] = (bytes[place] ?? 0) ^ 4;
    return bytes;
  };
}

export const firstFile = (site: BackupSite, folder: string): string => {
  const [name = ''] = readdirSync(path.join(site.location, folder)).toSorted();
  return path.join(site.location, folder, name);
};

export const kinds = (findings: readonly CheckFinding[]): string[] =>
  [...new Set(findings.map(({ kind }) => kind))].toSorted();
export const find = (findings: readonly CheckFinding[], kind: string): CheckFinding => {
  const found = findings.find((finding) => finding.kind === kind);
  assert.ok(found !== undefined, `no ${kind} among ${kinds(findings).join(', ')}`);
  return found;
};
