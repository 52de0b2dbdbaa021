import type { Command } from './command.ts';
import { helpKey } from './help-key.ts';
import { exitCodes, shownOptions } from './help-lines.ts';
import { globalOptions, type OptionName } from './options.ts';
import type { Page } from './page.ts';
import type { Block, ManualPage } from './roff.ts';
import { usageLine } from './usage-line.ts';

/** `larder(1)`. */
export function manualOfLarder(commands: readonly Command[], page: Page): ManualPage {
  const { texts } = page;
  const known = commands.filter(({ audience }) => audience !== 'programs');
  const terms = known.map((command): Block => {
    return { kind: 'term', term: usageLine(command), text: texts.say(`help.${helpKey(command.name)}.summary`) };
  });
  return {
    name: 'larder',
    sections: [
      { title: texts.say('man.name'), blocks: [paragraph(texts.say('help.title').replace(' – ', ' - '))] },
      { title: texts.say('man.synopsis'), blocks: [paragraph('larder [--account NAME] COMMAND')] },
      { title: texts.say('man.commands'), blocks: terms },
      { title: texts.say('man.options'), blocks: optionTerms(globalOptions, page) },
      exitStatus(page),
      {
        title: texts.say('man.seeAlso'),
        blocks: [paragraph(known.map(({ name }) => `${pageOf(name)}(1)`).join(', '))],
      },
    ],
  };
}

/** `larder-restore(1)`. */
export function manualOfCommand(command: Command, page: Page): ManualPage {
  const { texts } = page;
  const key = `help.${helpKey(command.name)}`;
  const options = optionTerms([...command.options, ...globalOptions], page);
  return {
    name: pageOf(command.name),
    sections: [
      {
        title: texts.say('man.name'),
        blocks: [paragraph(`${pageOf(command.name)} - ${texts.say(`${key}.summary`)}`)],
      },
      { title: texts.say('man.synopsis'), blocks: [paragraph(usageLine(command))] },
      { title: texts.say('man.description'), blocks: texts.say(`${key}.does`).split('\n').map(paragraph) },
      { title: texts.say('man.options'), blocks: options },
      { title: texts.say('man.examples'), blocks: [code(texts.say(`${key}.examples`).split('\n'))] },
      exitStatus(page),
      { title: texts.say('man.seeAlso'), blocks: [paragraph('larder(1)')] },
    ],
  };
}

function pageOf(name: string): string {
  return `larder-${helpKey(name)}`;
}

function paragraph(text: string): Block {
  return { kind: 'paragraph', text };
}

function code(lines: readonly string[]): Block {
  return { kind: 'code', lines };
}

function optionTerms(names: readonly OptionName[], { texts }: Page): Block[] {
  return names.map((name) => ({ kind: 'term', term: shownOptions[name], text: texts.say(`option.${name}`) }));
}

function exitStatus(page: Page): ManualPage['sections'][number] {
  const blocks = exitCodes(page).map(([term, text]): Block => ({ kind: 'term', term, text }));
  return { title: page.texts.say('man.exitStatus'), blocks };
}
