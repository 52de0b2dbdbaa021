import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { ZipSink } from '../../plugin/contracts/zip-writer.ts';

/** An entry as Python's zipfile, which shares no code with what wrote it, reads it. */
export interface ListedEntry {
  readonly name: string;
  /** Type and permission bits. */
  readonly mode: number;
  readonly size: number;
  readonly crc: number;
  /** `[year, month, day, hours, minutes, seconds]` */
  readonly time: readonly number[];
  readonly isUtf8: boolean;
  readonly isStored: boolean;
  readonly sha256: string;
}

/** What the directory of a zip says of an entry. */
export interface DirectoryEntry {
  readonly name: string;
  readonly size: number;
  readonly crc: number;
}

const directoryLister = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    json.dump([dict(name=info.filename, size=info.file_size, crc=info.CRC) for info in archive.infolist()], sys.stdout)
`;

/** Reads the directory alone: of many entries or large ones that takes a moment. @throws {Error} for anything without one. */
export function readZipDirectory(file: string): DirectoryEntry[] {
  const text = execFileSync('python3', ['-c', directoryLister, file], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return JSON.parse(text) as DirectoryEntry[];
}

const lister = `
import hashlib, json, sys, zipfile
def line(archive, info):
    digest = hashlib.sha256()
    with archive.open(info) as content:
        while piece := content.read(1 << 20):
            digest.update(piece)
    return dict(name=info.filename, mode=info.external_attr >> 16, size=info.file_size, crc=info.CRC, time=info.date_time,
                isUtf8=bool(info.flag_bits & 0x800), isStored=info.compress_type == 0, sha256=digest.hexdigest())
with zipfile.ZipFile(sys.argv[1]) as archive:
    json.dump([line(archive, info) for info in archive.infolist()], sys.stdout)
`;

/** Reads every byte and checks every checksum. @throws {Error} for anything that is no whole zip. */
export function listZip(file: string): ListedEntry[] {
  const text = execFileSync('python3', ['-c', lister, file], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return JSON.parse(text) as ListedEntry[];
}

/** @param names of entries; else all are read. @returns what stock unzip says about a zip that is not whole; empty when it is. */
export function testZip(file: string, ...names: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('unzip', ['-tqq', file, ...names], { encoding: 'utf8' });
  return status === 0 ? '' : `${String(status)} ${stdout}${stderr}`;
}

/** Unpacks with stock unzip, as a customer does. */
export function unpackZip(file: string, folder: string): void {
  execFileSync('unzip', ['-qq', file, '-d', folder], {
    env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', TZ: 'UTC' },
  });
}

/** Keeps pieces in memory. */
export function gather(): { sink: ZipSink; bytes: () => Buffer } {
  const pieces: Buffer[] = [];
  return {
    sink: async (bytes) => void pieces.push(Buffer.from(bytes)),
    bytes: () => Buffer.concat(pieces),
  };
}

/** Writes into a file in which zeros are holes. */
export function sparseSink(file: string): { sink: ZipSink; close: () => void } {
  const descriptor = openSync(file, 'w');
  const zeros = Buffer.alloc(2 ** 22);
  let at = 0;
  return {
    sink: async (bytes) => {
      if (zeros.compare(bytes, 0, bytes.length, 0, bytes.length) !== 0)
        writeSync(descriptor, bytes, 0, bytes.length, at);
      at += bytes.length;
    },
    close: () => closeSync(descriptor),
  };
}
