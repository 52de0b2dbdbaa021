import { createRandom } from './random.ts';
import { createTables } from './sql-rows.ts';
import type { Table } from './sql-rows.ts';
import type { Random } from './random.ts';

const head =
  '-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)\n--\n-- Host: localhost    Database: shop\n/*!40101 SET NAMES utf8mb4 */;\n';
const statementBytes = 900_000;

/** Hands a dump of about `sizeBytes` to `write`, piece by piece: multi-row INSERTs in the manner of mariadb-dump. */
export function writeSqlDump(seed: number, sizeBytes: number, write: (piece: Buffer) => void): void {
  const random = createRandom(seed);
  const tables = createTables(random);
  write(Buffer.from(head, 'latin1'));
  for (const table of tables) writeTable(table, random, sizeBytes / tables.length, write);
}

function writeTable(table: Table, random: Random, sizeBytes: number, write: (piece: Buffer) => void): void {
  const columns = '  `ID` bigint(20) unsigned NOT NULL AUTO_INCREMENT,\n  PRIMARY KEY (`ID`)\n';
  const open = `CREATE TABLE \`${table.name}\` (\n${columns}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\nLOCK TABLES \`${table.name}\` WRITE;\n`;
  write(Buffer.from(`DROP TABLE IF EXISTS \`${table.name}\`;\n${open}`, 'latin1'));
  const ids = { next: 1 };
  for (let left = sizeBytes; left > 0; left -= statementBytes) {
    write(writeInsert(table, random, ids, Math.min(left, statementBytes)));
  }
  write(Buffer.from('UNLOCK TABLES;\n', 'latin1'));
}

function writeInsert(table: Table, random: Random, ids: { next: number }, sizeBytes: number): Buffer {
  let statement = `INSERT INTO \`${table.name}\` VALUES `;
  const firstId = ids.next;
  while (statement.length < sizeBytes) {
    if (ids.next > firstId) statement += ',';
    statement += table.row(random, ids.next);
    ids.next += 1;
  }
  return Buffer.from(`${statement};\n`, 'latin1');
}
