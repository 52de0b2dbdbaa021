import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRandom, seedOf, type Random } from './random.ts';
import { drawWord, writeProse } from './vocabulary.ts';

/** The table that is brought back alone: about 1 MB of text. */
export const smallTable = 'wp_small';
const smallBytes = 1e6;
const statementBytes = 900_000;

interface ShopTable {
  readonly name: string;
  readonly columns: string;
  /** Of the whole. */
  readonly share: number;
  readonly row: (random: Random, id: number) => string;
}

const tables: readonly ShopTable[] = [
  {
    name: 'wp_posts',
    columns: 'id BIGINT UNSIGNED PRIMARY KEY, title TEXT, content LONGTEXT, modified DATETIME',
    share: 0.5,
    row: (random, id) => `(${id},'${writeProse(random, 40)}','${writeProse(random, 2500)}','${moment(random)}')`,
  },
  {
    name: 'wp_postmeta',
    columns:
      'id BIGINT UNSIGNED PRIMARY KEY, post_id BIGINT UNSIGNED, meta_key VARCHAR(255), meta_value LONGTEXT, KEY (post_id)',
    share: 0.3,
    row: (random, id) => `(${id},${random.below(500_000)},'_${drawWord(random)}','${writeProse(random, 120)}')`,
  },
  {
    name: 'wp_wc_orders',
    columns:
      'id BIGINT UNSIGNED PRIMARY KEY, status VARCHAR(20), total DECIMAL(26,8), email VARCHAR(320), created DATETIME, KEY (created)',
    share: 0.15,
    row: (random, id) =>
      `(${id},'wc-completed',${random.below(900)}.${random.between(10, 99)},'${drawWord(random)}@${drawWord(random)}.example','${moment(random)}')`,
  },
  {
    name: 'wp_files',
    columns: 'id BIGINT UNSIGNED PRIMARY KEY, body BLOB',
    share: 0.05,
    row: (random, id) => `(${id},0x${Array.from({ length: 250 }, () => hex(random)).join('')})`,
  },
];

/** Makes a database of a shop whose dump has about so many bytes. The same for the same size. */
export async function fillShop(socketPath: string, database: string, sizeBytes: number): Promise<void> {
  const client = spawn('mariadb', ['--no-defaults', '--binary-mode', '-uroot', `-S${socketPath}`, database], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = once(client, 'close');
  const write = async (text: string): Promise<void> => {
    if (!client.stdin.write(text)) await once(client.stdin, 'drain');
  };
  await write('SET unique_checks = 0, foreign_key_checks = 0, sql_log_bin = 0;\n');
  for (const table of tables) await fillTable(table, sizeBytes * table.share, write);
  await fillTable({ ...(tables[0] as ShopTable), name: smallTable }, smallBytes, write);
  client.stdin.end();
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`the client ended with ${String(code)}`);
}

async function fillTable(
  { name, columns, row }: ShopTable,
  sizeBytes: number,
  write: (text: string) => Promise<void>,
): Promise<void> {
  const random = createRandom(seedOf('shop', 0));
  await write(`CREATE TABLE ${name} (${columns}) DEFAULT CHARSET=utf8mb4;\n`);
  for (let id = 1, done = 0; done < sizeBytes;) {
    const rows: string[] = [];
    let length = 0;
    while (length < statementBytes && done + length < sizeBytes) {
      const text = row(random, id++);
      rows.push(text);
      length += text.length;
    }
    done += length;
    await write(`INSERT INTO ${name} VALUES ${rows.join(',')};\n`);
  }
}

/** SQL that changes ten rows far from one another. @param day makes them others each time. */
export function tenEdits(day: number): string {
  return Array.from({ length: 10 }, (_, index) => {
    const offset = `(${index} * 10 + ${day % 10}) / 100`;
    return `UPDATE wp_posts, (SELECT FLOOR(MAX(id) * ${offset}) + 1 AS chosen FROM wp_posts) AS spot
      SET content = CONCAT('edited ${day} ', content) WHERE id = spot.chosen;`;
  }).join('\n');
}

function moment(random: Random): string {
  const two = (low: number, high: number): string => String(random.between(low, high)).padStart(2, '0');
  return `202${random.between(1, 6)}-${two(1, 12)}-${two(1, 28)} ${two(0, 23)}:${two(0, 59)}:${two(0, 59)}`;
}

function hex(random: Random): string {
  return random.below(0x1_0000_0000).toString(16).padStart(8, '0');
}
