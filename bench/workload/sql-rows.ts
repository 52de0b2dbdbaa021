import { drawWord, writeProse } from './vocabulary.ts';
import type { Random } from './random.ts';

/** One table of a dump: its name and how a row of it reads. */
export interface Table {
  readonly name: string;
  row(random: Random, id: number): string;
}

/** The tables that make up the bulk of a shop's database, in the proportions a dump has them. */
export function createTables(random: Random): readonly Table[] {
  const revisions = createRevisions(random);
  return [
    { name: 'wp_posts', row: (source, id) => writePost(source, id, revisions(source)) },
    { name: 'wp_postmeta', row: writePostMeta },
    { name: 'wp_options', row: writeOption },
    { name: 'wp_comments', row: writeComment },
    { name: 'wp_wc_order_stats', row: writeOrder },
  ];
}

/** One post in five is a revision of the one before: the same text with one paragraph changed. */
function createRevisions(random: Random): (source: Random) => string {
  let paragraphs = writeParagraphs(random);
  return (source) => {
    if (source.chance(0.2)) paragraphs[source.below(paragraphs.length)] = writeParagraph(source);
    else paragraphs = writeParagraphs(source);
    return paragraphs.join('\\n\\n');
  };
}

function writeParagraphs(random: Random): string[] {
  return Array.from({ length: random.between(2, 9) }, () => writeParagraph(random));
}

function writeParagraph(random: Random): string {
  const style = random.chance(0.3) ? ` {\\"align\\":\\"${drawWord(random)}\\"}` : '';
  return `<!-- wp:paragraph${style} -->\\n<p>${writeProse(random, random.between(80, 700))}</p>\\n<!-- /wp:paragraph -->`;
}

function writePost(random: Random, id: number, content: string): string {
  const title = writeProse(random, random.between(15, 50)).trimEnd();
  const slug = title.replaceAll(/[^a-z]+/g, '-');
  const link = `https://${drawWord(random)}.example/?p=${String(id)}`;
  const when = writeMoment(random);
  const head = `(${String(id)},${String(random.between(1, 9))},'${when}','${when}','${content}','${title}'`;
  return `${head},'','publish','open','closed','','${slug}','','','${when}','${when}','',0,'${link}',0,'post','',0)`;
}

function writePostMeta(random: Random, id: number): string {
  const identity = random.below(0xfff_ffff).toString(16);
  const padding = `{\\"unit\\":\\"px\\",\\"top\\":\\"${String(random.below(100))}\\",\\"left\\":\\"${String(random.below(100))}\\"}`;
  const widget = `{\\"id\\":\\"${identity}\\",\\"elType\\":\\"widget\\",\\"settings\\":{\\"title\\":\\"${writeProse(random, 30)}\\",\\"padding\\":${padding}}}`;
  return `(${String(id)},${String(random.below(90_000))},'_${drawWord(random)}_data','[${widget}]')`;
}

function writeOption(random: Random, id: number): string {
  const hash = random.below(0xffff_ffff).toString(16) + random.below(0xffff_ffff).toString(16);
  const version = `${String(random.below(9))}.${String(random.below(30))}.${String(random.below(9))}`;
  const value = `a:2:{s:7:\\"version\\";s:5:\\"${version}\\";s:4:\\"hash\\";s:16:\\"${hash}\\";}`;
  return `(${String(id)},'_transient_${drawWord(random)}_${drawWord(random)}','${value}','no')`;
}

function writeComment(random: Random, id: number): string {
  const author = `'${drawWord(random)} ${drawWord(random)}','${drawWord(random)}@${drawWord(random)}.example','','10.1.${String(random.below(256))}.${String(random.below(256))}'`;
  const text = writeProse(random, random.between(40, 400));
  return `(${String(id)},${String(random.below(90_000))},${author},'${writeMoment(random)}','${text}',0,'1','Mozilla/5.0','comment',0,0)`;
}

function writeOrder(random: Random, id: number): string {
  const total = `${String(random.below(900))}.${String(random.between(10, 99))}`;
  return `(${String(id)},0,'${writeMoment(random)}','${writeMoment(random)}',${String(random.between(1, 9))},${total},0,0,${total},0,'wc-completed',${String(random.below(50_000))})`;
}

function writeMoment(random: Random): string {
  const two = (high: number): string => String(random.between(1, high)).padStart(2, '0');
  return `202${String(random.between(1, 6))}-${two(12)}-${two(28)} ${two(23)}:${two(59)}:${two(59)}`;
}
