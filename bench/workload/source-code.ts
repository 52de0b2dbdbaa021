import { createFileWords, fillTemplate } from './template.ts';
import {
  commentLines,
  cssDeclarations,
  cssSelectors,
  javascriptStatements,
  phpStatements,
} from './source-templates.ts';
import type { FileWords, Template } from './template.ts';
import type { Random } from './random.ts';

export type Language = 'php' | 'js' | 'css';

/** About `sizeBytes` of text that reads and compresses like a source file: 3.5 to 4.5 times with zstd -3. */
export function writeSource(language: Language, random: Random, sizeBytes: number): Buffer {
  const words = createFileWords(random, sizeBytes);
  let text = language === 'php' ? '<?php\n' : '';
  while (text.length < sizeBytes) text += writeUnit(language, words);
  return Buffer.from(text, 'latin1');
}

function writeUnit(language: Language, words: FileWords): string {
  switch (language) {
    case 'php':
      return writePhpFunction(words);
    case 'js':
      return writeJavascriptFunction(words);
    case 'css':
      return writeRule(words);
  }
}

function writePhpFunction(words: FileWords): string {
  const { random, nouns } = words;
  let comment = '\n\t/**\n';
  for (let left = random.between(1, 6); left > 0; left -= 1) comment += `\t${fill(commentLines, words)}\n`;
  const name = `${random.pick(nouns)}_${random.pick(nouns)}`;
  const head = `\t */\n\tpublic function ${name}( $${random.pick(nouns)}, $args = array() ) {\n`;
  return `${comment}${head}${writeBody(phpStatements, words, '\t\t')}\t}\n`;
}

function writeJavascriptFunction(words: FileWords): string {
  const { random, nouns } = words;
  const head = `function ${random.pick(nouns)}${String(random.below(90))}(${random.pick(nouns)}, options) {\n`;
  return `${head}${writeBody(javascriptStatements, words, '  ')}}\n\n`;
}

function writeRule(words: FileWords): string {
  const selector = fill(cssSelectors, words);
  let rule = `${selector}\n`;
  for (let left = words.random.between(2, 8); left > 0; left -= 1) rule += `\t${fill(cssDeclarations, words)}\n`;
  return `${rule}${selector.startsWith('@') ? '} }' : '}'}\n\n`;
}

/** Statements, some of which open a block of their own, at most four deep. */
function writeBody(statements: readonly Template[], words: FileWords, indent: string): string {
  let body = '';
  for (let left = words.random.between(2, 9); left > 0; left -= 1) {
    const statement = fill(statements, words);
    body += `${indent}${statement}\n`;
    if (statement.endsWith('{')) body += closeBlock(statements, words, indent);
  }
  return body;
}

function closeBlock(statements: readonly Template[], words: FileWords, indent: string): string {
  const step = indent.slice(0, 2).startsWith('\t') ? '\t' : '  ';
  const inner = indent.length < 8 ? writeBody(statements, words, indent + step) : `${indent}${step}return;\n`;
  return `${inner}${indent}}\n`;
}

function fill(templates: readonly Template[], words: FileWords): string {
  return fillTemplate(words.random.pick(templates), words);
}
