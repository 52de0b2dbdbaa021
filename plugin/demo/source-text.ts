import { createRandom, seedOf, type Random } from './random.ts';

/**
 * About `bytes` of text that reads like the file its name says: PHP, scripts, style sheets, JSON, translations, plain
 * text. PHP ends with a closing brace.
 */
export function writeSource(path: string, seed: number, bytes: number): string {
  const random = createRandom(seed);
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.endsWith('.php')) return writePhp(name, random, bytes);
  if (/\.min\.(?:js|css)$/.test(name)) return writeMinified(name, random, bytes);
  if (name.endsWith('.js')) return fill(`/* ${name} */\n`, bytes, () => writeFunction(random));
  if (/\.s?css$/.test(name)) return fill(`/* ${name} */\n`, bytes, () => writeRule(random));
  if (name.endsWith('.json')) return writeJson(name, random);
  if (name.endsWith('.po')) return fill('msgid ""\nmsgstr ""\n', bytes, () => writeMessage(random));
  return fill(`=== ${name} ===\n\n`, bytes, () => `${sentence(random)}\n`);
}

/** Many small files, some large ones: 6 kB on average. */
export function drawSourceBytes(seed: number): number {
  const spread = createRandom(seed).between(0, 1000) / 1000;
  return Math.floor(300 * Math.exp(spread * spread * 5.3));
}

const words =
  'account action admin amount attachment author block button cache cart category checkout comment content cookie count coupon currency customer date day default discount editor email event feed field filter folder form gallery group handler header height hook image index invoice item key label language layout limit link list locale log media menu message meta method mode name nonce note notice number offset option order page parent password path payment permission photo plugin post price product query rate reference region request response result review role row rule schedule script search section session setting shipping site slug status stock store style subject summary table tag tax template term text theme thumbnail time title token total type unit update upload url user value variant version view weight widget width zone'.split(
    ' ',
  );
const verbs =
  'add apply build check clear count create delete enqueue fetch filter find format get handle has insert is load merge normalize parse prepare print process read register remove render reset resolve sanitize save set sort store sync update validate verify write'.split(
    ' ',
  );

function fill(head: string, bytes: number, next: () => string): string {
  let text = head;
  while (text.length < bytes) text += next();
  return text;
}

function writePhp(name: string, random: Random, bytes: number): string {
  const subject = random.pick(words);
  const head = `<?php\n/**\n * ${name}: ${sentence(random)}\n *\n * @since ${random.between(2, 6)}.${random.below(9)}.0\n */\n\n`;
  const title = name
    .replace(/\.php$/, '')
    .replaceAll(/(?:^|[^A-Za-z0-9])([A-Za-z0-9])/g, (_, letter: string) => `_${letter.toUpperCase()}`);
  return `${fill(`${head}class ${title.slice(1)} {\n`, bytes, () => writeMethod(random, subject))}}\n`;
}

function writeMethod(random: Random, subject: string): string {
  const word = random.pick(words);
  const comment = `\t/**\n\t * ${sentence(random)}\n\t *\n\t * @param array $${word} ${sentence(random)}\n\t */\n`;
  let body = '';
  for (let left = random.between(2, 9); left > 0; left--)
    body += `\t\t${random.pick(phpLines)(random, subject, word)}\n`;
  return `${comment}\tpublic function ${random.pick(verbs)}_${word}( $${word}, $args = array() ) {\n${body}\t}\n\n`;
}

type Line = (random: Random, subject: string, word: string) => string;

const phpLines: readonly Line[] = [
  (random, subject, word) => `$${word} = $this->${random.pick(verbs)}_${subject}( $${word}, ${random.below(900)} );`,
  (random, subject, word) =>
    `$${word}['${subject}'] = isset( $args['${word}'] ) ? absint( $args['${word}'] ) : ${random.below(40)};`,
  (random, subject, word) =>
    `add_action( '${subject}_${random.pick(words)}', array( $this, '${random.pick(verbs)}_${word}' ), ${random.below(99)} );`,
  (random, _, word) => `if ( empty( $${word} ) ) { return new WP_Error( '${word}', __( '${sentence(random)}' ) ); }`,
  (random, subject, word) => `return apply_filters( '${subject}_${word}', $${word}, $this->${random.pick(words)} );`,
  (random, _, word) =>
    `update_option( '${random.pick(words)}_${word}', wp_json_encode( $${word} ), ${random.chance(0.5)} );`,
  (random, subject, word) =>
    `$${subject} = $wpdb->prepare( "SELECT * FROM $wpdb->${word}s WHERE ${random.pick(words)}_id = %d", $${word} );`,
  (random, _, word) => `foreach ( (array) $${word} as $key => $${random.pick(words)} ) { unset( $${word}[ $key ] ); }`,
  (random) => `// ${sentence(random)}`,
];

function writeFunction(random: Random): string {
  const word = random.pick(words);
  let body = '';
  for (let left = random.between(2, 8); left > 0; left--)
    body += `  ${random.pick(scriptLines)(random, random.pick(words), word)}\n`;
  return `function ${random.pick(verbs)}${capital(word)}${random.below(90)}(${word}, options) {\n${body}}\n\n`;
}

const scriptLines: readonly Line[] = [
  (random, subject, word) =>
    `const ${subject} = ${word}.${random.pick(verbs)}${capital(subject)}(options, ${random.below(900)});`,
  (random, subject, word) => `if (!options.${subject}) return ${word}.${random.pick(words)};`,
  (random, subject, word) =>
    `${word}.${subject} = Object.assign({}, options.${random.pick(words)}, { ${subject}: ${random.below(60)} });`,
  (random, subject) =>
    `document.querySelector('.${subject}-${random.pick(words)}').classList.toggle('is-${random.pick(words)}');`,
  (random, subject, word) =>
    `wp.hooks.addFilter('${subject}.${word}', 'site/${random.pick(words)}', options.${subject});`,
  (random) => `// ${sentence(random)}`,
];

function writeRule(random: Random): string {
  let rule = `.${random.pick(words)}-${random.pick(words)} .${random.pick(words)} {\n`;
  for (let left = random.between(2, 7); left > 0; left--) rule += `\t${random.pick(declarations)(random)}\n`;
  return `${rule}}\n\n`;
}

const declarations: readonly ((random: Random) => string)[] = [
  (random) => `color: #${random.below(0xff_ff_ff).toString(16).padStart(6, '0')};`,
  (random) => `margin: ${random.below(40)}px ${random.below(40)}px;`,
  (random) => `padding: 0.${random.below(99)}em;`,
  (random) => `width: calc(100% - ${random.below(300)}px);`,
  (random) => `border-radius: ${random.below(12)}px;`,
  (random) => `transition: ${random.pick(words)} 0.${random.between(1, 9)}s ease-in-out;`,
];

function writeMinified(name: string, random: Random, bytes: number): string {
  const isScript = name.endsWith('.js');
  const next = isScript
    ? () =>
        `${random.pick(words)}=function(e,t){return e.${random.pick(words)}||t.${random.pick(verbs)}(${random.below(900)})},`
    : () =>
        `.${random.pick(words)}-${random.pick(words)}{margin:${random.below(40)}px;color:#${random.below(4095).toString(16).padStart(3, '0')}}`;
  return isScript ? `${fill('!function(){var e={};', bytes / 2, next)}e}();\n` : `${fill('', bytes / 2, next)}\n`;
}

function writeJson(name: string, random: Random): string {
  const attributes = Array.from(
    { length: random.between(2, 9) },
    () => [random.pick(words), { type: 'string', default: random.pick(words) }] as const,
  );
  return `${JSON.stringify({ name, version: random.between(1, 9), title: sentence(random), attributes: Object.fromEntries(attributes) }, null, '\t')}\n`;
}

function writeMessage(random: Random): string {
  return `\n#: includes/class-${random.pick(words)}.php:${random.below(900)}\nmsgid "${sentence(random)}"\nmsgstr "${sentence(random)}"\n`;
}

function sentence(random: Random): string {
  const length = random.between(4, 10);
  const spoken = Array.from({ length }, (_, index) => (index % 3 === 0 ? random.pick(verbs) : random.pick(words)));
  return `${capital(spoken.join(' '))}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A name such as `order-status`, the same for the same seed. */
export function drawName(...parts: readonly (string | number)[]): string {
  const random = createRandom(seedOf(...parts));
  return `${random.pick(words)}-${random.pick(words)}`;
}
